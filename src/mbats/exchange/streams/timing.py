"""The paces of a stream, in seconds of real time."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timing:
    """How a stream behaves in time.

    Attributes
    ----------
    heartbeat
        A heartbeat goes out so often, whatever else does. OANDA documents 5 s, and clients wait for 10.
    window
        Of each instrument the last price of so long a window is sent: OANDA's 4 a second.
    patience
        A client that lets a line wait for longer is cut.
    """

    heartbeat: float = 5.0
    window: float = 0.25
    patience: float = 10.0
