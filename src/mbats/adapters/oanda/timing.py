"""Waiting is a port, too: a test lets hours of backoff pass in no time."""

from __future__ import annotations

import asyncio
import random
from typing import Protocol


class Timing(Protocol):
    """What passes between two moments, how to wait, and the dice that spread waits."""

    def monotonic(self) -> float:
        """Return seconds since some moment; never goes back."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Return after so many seconds."""
        ...

    def share(self) -> float:
        """Return a random number in ``[0, 1)``."""
        ...


class LoopTiming:
    """The event loop's own time."""

    def __init__(self) -> None:
        self._random = random.Random()  # noqa: S311 - spreads waits, hides nothing

    def monotonic(self) -> float:
        """Return the event loop's time in seconds."""
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        """Return after so many seconds."""
        await asyncio.sleep(seconds)

    def share(self) -> float:
        """Return a random number in ``[0, 1)``."""
        return self._random.random()


class Backoff:
    """Growing waits: twice as long each time up to a limit, each shortened by a random half at most."""

    def __init__(self, timing: Timing, first: float, longest: float) -> None:
        self._timing, self._first, self._longest = timing, first, longest
        self._next = first

    def reset(self) -> None:
        """Begin with the shortest wait again."""
        self._next = self._first

    async def wait(self, least: float = 0.0) -> None:
        """Wait, `least` seconds at any rate."""
        span, self._next = self._next, min(2 * self._next, self._longest)
        await self._timing.sleep(max(least, span * (0.5 + self._timing.share() / 2)))
