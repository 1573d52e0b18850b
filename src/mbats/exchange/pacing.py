"""How fast an exchange's time passes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from mbats.exchange.turns import PATIENCE
from mbats.market.local_time import nanoseconds

if TYPE_CHECKING:
    from mbats.clock import Clock


@dataclass(frozen=True, slots=True)
class Stepped:
    """Time stands still at each opening and close of a bar until all who take part have finished; see `Turns`."""

    patience: float = PATIENCE
    quorum: int = 1


class Flowing:
    """Time passes `speed` times as fast as the clock's, from where it was when the exchange started or started again.

    Parameters
    ----------
    present
        The exchange's time *is* the clock's: what passed while it was down is caught up at once when it starts again.
    """

    def __init__(self, clock: Clock, speed: float = 1.0, *, present: bool = False) -> None:
        self._clock, self.speed, self.present = clock, speed, present
        self._origin = self._started = 0

    def begin(self, time: int) -> None:
        """Count from now, with the exchange at `time`."""
        self._started = nanoseconds(self._clock.now())
        self._origin = self._started if self.present else time

    def now(self) -> int:
        """Return the time that the exchange should have, nanoseconds UTC."""
        return self._origin + round((nanoseconds(self._clock.now()) - self._started) * self.speed)


Pacing: TypeAlias = Stepped | Flowing
