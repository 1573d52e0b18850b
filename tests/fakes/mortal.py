"""Processes that die: the n-th call of a store or a venue is the last one, before or after it took effect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection


class Death(BaseException):
    """The process is gone; nothing catches this."""


class Mortal:
    """Stands before a port and counts its calls together with others of the same `life`."""

    def __init__(self, real: Any, life: Life, names: Collection[str]) -> None:
        self._real, self._life, self._names = real, life, names

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._real, name)
        if name not in self._names:
            return real
        if name in {"append", "entries", "tell"}:
            return self._plainly(real)
        return self._awaited(real)

    def _plainly(self, real: Any) -> Any:
        def call(*given: Any) -> Any:
            self._life.before()
            answer = real(*given)
            self._life.after()
            return answer

        return call

    def _awaited(self, real: Any) -> Any:
        async def call(*given: Any) -> Any:
            self._life.before()
            answer = await real(*given)
            self._life.after()
            return answer

        return call


class Life:
    """Counts calls; `ends` are the points at which it is over: 2n before the n-th call, 2n + 1 after it."""

    def __init__(self, ends: Collection[int]) -> None:
        self._ends, self._calls = set(ends), -1

    def before(self) -> None:
        """Count a call, and die before it if it is time."""
        self._calls += 1
        self._die(2 * self._calls)

    def after(self) -> None:
        """Die after it if it is time."""
        self._die(2 * self._calls + 1)

    def _die(self, point: int) -> None:
        if point in self._ends:
            self._ends.discard(point)
            raise Death
