from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mbats.adapters.oanda.timing import Timing


class Throttle:
    """A token bucket: so many in a burst, so many a second in the long run, first come first served.

    In any one second at most ``rate + burst`` pass.
    """

    def __init__(self, timing: Timing, rate: float, burst: int) -> None:
        self._timing, self._rate, self._burst = timing, rate, burst
        self._free_at = float("-inf")

    async def take(self) -> None:
        """Return when it is our turn."""
        now, step = self._timing.monotonic(), 1 / self._rate
        mine = max(self._free_at, now - (self._burst - 1) * step)
        self._free_at = mine + step
        if mine > now:
            await self._timing.sleep(mine - now)

    def pause(self, seconds: float) -> None:
        """Let nobody pass for so long: the venue asked for it."""
        self._free_at = max(self._free_at, self._timing.monotonic() + seconds)
