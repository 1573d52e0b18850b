from mbats.errors.base import MbatsError


class ReaderTooSlow(MbatsError):
    """A stream's reader is more than {limit:,} lines behind and was disconnected.

    What it missed is in the exchange's transaction log: read streams without pausing, reconnect, and ask for the
    transactions since the last one seen.
    """
