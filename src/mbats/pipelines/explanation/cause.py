"""Why a trade earned something else than expected."""

from enum import StrEnum


class Cause(StrEnum):
    """Where money of a difference went.

    Attributes
    ----------
    DATA
        The bars that the session saw are not those of the run it is compared with.
    SIGNAL
        Something else was decided, or another size; also what follows from an earlier difference.
    MISSED
        The session did not run, or a limit kept the order back.
    REJECT
        The venue refused or cancelled the order.
    LATENCY
        The market's mid was elsewhere when the order was filled.
    SPREAD, SLIPPAGE, COMMISSION, FINANCING, CONVERSION
        More or less was paid than expected.
    """

    DATA = "data"
    SIGNAL = "signal"
    MISSED = "missed"
    REJECT = "reject"
    LATENCY = "latency"
    SPREAD = "spread"
    SLIPPAGE = "slippage"
    COMMISSION = "commission"
    FINANCING = "financing"
    CONVERSION = "conversion"
