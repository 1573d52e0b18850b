"""Processes that die: the n-th call of a store or a venue is the last one, before or after it took effect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mbats.errors.database import DatabaseUnreachable

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
            self._life.faint(0)
            answer = real(*given)
            self._life.faint(1)
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
    """Counts calls; `ends` are the points at which it is over: 2n before the n-th call, 2n + 1 after it.

    At the points `faints`, as far as they are a store's, the database goes away for that call.
    """

    def __init__(self, ends: Collection[int], faints: Collection[int] = ()) -> None:
        self._ends, self._faints, self._calls = set(ends), set(faints), -1

    def spare(self) -> None:
        """Let nothing happen any more."""
        self._ends, self._faints = set(), set()

    def before(self) -> None:
        """Count a call, and die before it if it is time."""
        self._calls += 1
        self._die(2 * self._calls)

    def after(self) -> None:
        """Die after it if it is time."""
        self._die(2 * self._calls + 1)

    def faint(self, half: int) -> None:
        """Lose the database before (0) or after (1) it did as it was told, if it is time."""
        if 2 * self._calls + half in self._faints:
            raise DatabaseUnreachable(address="fake", cause="it went away")

    def _die(self, point: int) -> None:
        if point in self._ends:
            self._ends.discard(point)
            raise Death
