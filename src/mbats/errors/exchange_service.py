from mbats.errors.base import MbatsError


class UnknownMarket(MbatsError):
    """{name!r} is no market: neither `reference` nor `planted`, no file, and no snapshot begins with it.

    Name a Parquet or CSV file that exists, or take a snapshot: `mbats data snapshot EUR_USD --timeframe H1`.
    """


class NotInTheMarket(MbatsError):
    """There are no bars of {symbols} in {market}.

    It has {known}: choose from these with `--symbols`.
    """


class NothingToReplay(MbatsError):
    """The market has no bars after {start}: its last one is over at {ends}.

    Choose an earlier `--start`, or more data.
    """


class OtherExchange(MbatsError):
    """The exchange in {home} was started with {name} {old}, not {new}, and its accounts have lived through that market.

    Start it without this option to go on, or a new one elsewhere: `--home {home}-2`.
    """


class StateNotSaved(MbatsError):
    """The exchange could not save what had happened ({why}), so it has stopped before telling anybody.

    Make room on the disk that holds its folder and start it again: it goes on from what was saved last.
    """


class ExchangeNotStarted(MbatsError):
    """The paper exchange did not start; what stopped it stands above.

    It is a bug in MBATS: please open an issue with that traceback.
    """


class ClockUnclear(MbatsError):
    """{text!r} is no pace for an exchange's time.

    Write `real`, `stepped`, or how many times as fast it shall pass: 60.
    """
