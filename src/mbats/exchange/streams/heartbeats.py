"""When the next heartbeat is due."""

import asyncio


class Heartbeats:
    """Beats of a steady pace in real time; one that came late does not shift the others."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._next = self._now() + seconds

    @property
    def left(self) -> float:
        """Seconds until the next one."""
        return self._next - self._now()

    def due(self) -> bool:
        """Tell whether one is due, and count it as sent."""
        if self.left > 0:
            return False
        self._next = max(self._next, self._now() - self._seconds) + self._seconds
        return True

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()
