from mbats.errors.base import MbatsError


class WrongToken(MbatsError):
    """{url} does not accept the access token (401).

    Make one on the venue's site, put it into MBATS_OANDA_TOKEN or into a file of mode 600 named by
    MBATS_OANDA_TOKEN_FILE. A practice token does not open a live account, nor the other way round.
    """


class ForbiddenAccount(MbatsError):
    """{url} accepts the token but forbids account {account} (403).

    The account belongs to somebody else, or is of a kind that the v20 API does not serve (a legacy or MT4
    sub-account). `mbats live check` lists the accounts that the token opens: name one in MBATS_OANDA_ACCOUNT.
    """


class VenueUnreachable(MbatsError):
    """{url} cannot be reached: {why}.

    Check the network and the address, then run the same command again; what was stored so far is kept.
    """

    passing = True


class VenueSilent(MbatsError):
    """{url} took the request for {path} but did not answer in {seconds:g} seconds: {why}.

    It was a question only, nothing changed there. Run the same command again; what was stored so far is kept.
    """

    passing = True


class VenueFailed(MbatsError):
    """{url} failed to answer {path} (HTTP {status}), {attempts} times.

    The venue has a fault of its own; its status page may tell. Run the same command again later.
    """


class RateLimited(MbatsError):
    """{url} turned the request for {path} away {attempts} times: too many requests (429).

    Something else uses the same token or address at the same time. Stop it, wait a minute, run the same command again.
    """


class MalformedAnswer(MbatsError):
    """{url} answered {path} with something that cannot be read: {why}.

    A proxy between here and the venue may have cut or replaced the answer. Run the same command again; if it stays,
    report this message.
    """


class RequestRefused(MbatsError):
    """{url} refused the request for {path} (HTTP {status}): {message}.

    Correct what the message names; nothing was changed there.
    """


class UnknownVenueInstrument(MbatsError):
    """{url} does not offer {symbols} on account {account}.

    `mbats live check` says what it offers. Symbols are written like EUR_USD.
    """


class UnknownGranularity(MbatsError):
    """OANDA has no candles of {timeframe}.

    It has: {known}.
    """


class LogIncomplete(MbatsError):
    """{url} gave transactions {first} to {last} of account {account}, but {missing} is missing among them.

    Without it the books cannot be brought up to date, so nothing goes on. Try again; if it stays, ask the venue.
    """


class NotOnTape(MbatsError):
    """The recording {file} holds no further answer to {method} {url}.

    Record again with the same sequence of requests, or replay with the code that it was recorded with.
    """
