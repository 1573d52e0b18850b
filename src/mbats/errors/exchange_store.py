from mbats.errors.base import MbatsError


class ExchangeRunsAlready(MbatsError):
    """Another process has the exchange in {path} open ({why}).

    Stop it, or serve a second exchange from a home of its own: MBATS_HOME=... mbats exchange serve
    """


class NotAnExchange(MbatsError):
    """{path} cannot be read as a paper exchange: {why}.

    Restore a copy of it, or move the file away to begin with a new exchange.
    """


class ExchangeNotSaved(MbatsError):
    """The exchange could not write to {path} and has stopped: {why}.

    Nobody was told of what was not written. Make room on the disk or mend the file's permissions, and start it again:
    it goes on from the last state that was written.
    """
