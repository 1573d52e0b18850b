from mbats.errors.base import MbatsError


class ReaderTooSlow(MbatsError):
    """A stream's reader is more than {limit:,} lines behind and was disconnected. What it missed is in the
    exchange's transaction log: read the stream without pausing, reconnect, and ask for transactions since the last
    one seen."""
