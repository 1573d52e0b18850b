from __future__ import annotations

from typing import TYPE_CHECKING

from mbats.adapters.oanda.wire import moment

if TYPE_CHECKING:
    from datetime import datetime

    from mbats.clock import Clock


class VenueClock:
    """A venue's time, once asked for and counted on by a clock of ours; faster than it on an accelerated exchange.

    Parameters
    ----------
    time
        What the venue said, nanoseconds UTC, at the present moment of `clock`.
    speed
        Seconds of the venue in one of ours.
    """

    def __init__(self, clock: Clock, time: int, speed: float = 1.0) -> None:
        self._clock, self._asked_at, self._time, self._speed = clock, clock.now(), moment(time), speed

    def now(self) -> datetime:
        """Return the venue's present moment."""
        return self._time + (self._clock.now() - self._asked_at) * self._speed
