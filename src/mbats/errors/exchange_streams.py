from mbats.errors.base import MbatsError
from mbats.errors.rest import RestError


class ReaderTooSlow(MbatsError):
    """A stream's reader is more than {limit:,} lines behind and was disconnected.

    What it missed is in the exchange's transaction log: read streams without pausing, reconnect, and ask for the
    transactions since the last one seen.
    """


class TooManyStreams(RestError):
    """The limit of {limit} streams open at a time was exceeded."""

    status = 429
