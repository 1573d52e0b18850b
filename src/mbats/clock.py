"""Time is a port: nothing in MBATS asks the operating system what time it is, except `SystemClock`."""

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What the time is, in aware UTC."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        ...


class SystemClock:
    """The operating system's clock."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        return datetime.now(UTC)


class SimulatedClock:
    """A clock that stands still until somebody sets it."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        """Return the moment the clock was last set to."""
        return self._now

    def set(self, moment: datetime) -> None:
        """Move to `moment`, which may not lie in the past of this clock."""
        if moment < self._now:
            raise ValueError(f"a clock does not run backwards: {moment} is before {self._now}")
        self._now = moment.astimezone(UTC)
