"""The turn protocol of a stepped exchange: it goes on only when everybody has finished with the present moment."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass

PATIENCE = 120.0


@dataclass(frozen=True, slots=True)
class Turn:
    """The present moment of a stepped market, nanoseconds UTC; `done`: there will be no other."""

    time: int
    done: bool = False


class Turns:
    """Who takes part, and who has finished the present turn.

    A turn is named by its time, so that it keeps its name when the exchange is killed and goes on from stored state. A
    participant that finished a later turn than the present one (the state was older than its last reply) holds nobody
    up until that turn is reached again.

    Parameters
    ----------
    patience
        Seconds on the wall after which a participant that has not finished its turn is dropped.
    quorum
        How many must have joined before the market moves at all.
    """

    def __init__(self, patience: float = PATIENCE, quorum: int = 1) -> None:
        self.patience, self.quorum = patience, quorum
        self.present: Turn | None = None
        self._finished: dict[str, int] = {}
        self._dealt_at = 0.0
        self._changed = asyncio.Condition()

    @property
    def participants(self) -> tuple[str, ...]:
        """Who takes part, in order of joining."""
        return tuple(self._finished)

    async def next(self, name: str, after: int = 0, wait: float = 30.0) -> Turn | None:
        """Finish the turn at `after` in `name`'s name and return the next; None: it has not come within `wait` seconds.

        The first call joins. A call repeated with the same `after`, because the reply was lost, gets the same turn.
        """
        self._finished[name] = after
        await self._tell()
        with suppress(TimeoutError):
            async with asyncio.timeout(wait), self._changed:
                await self._changed.wait_for(lambda: self._is_news(after))
        return self.present if self._is_news(after) else None

    async def leave(self, name: str) -> None:
        """Take part no more."""
        self._finished.pop(name, None)
        await self._tell()

    async def deal(self, turn: Turn) -> None:
        """Begin a turn; from now on the participants' patience counts."""
        self.present, self._dealt_at = turn, asyncio.get_running_loop().time()
        await self._tell()

    async def settled(self) -> None:
        """Return when enough participants have joined and all have finished the present turn; drop the dead."""
        while not self._is_settled():
            late = self._dealt_at + self.patience - asyncio.get_running_loop().time()
            if late <= 0 and self._pending():
                for name in self._pending():
                    del self._finished[name]
                continue
            with suppress(TimeoutError):
                async with asyncio.timeout(late if self._pending() else None), self._changed:
                    await self._changed.wait_for(self._is_settled)

    def _pending(self) -> list[str]:
        present = self.present.time if self.present else 0
        return [name for name, finished in self._finished.items() if finished < present]

    def _is_settled(self) -> bool:
        return len(self._finished) >= self.quorum and not self._pending()

    def _is_news(self, after: int) -> bool:
        return self.present is not None and (self.present.time > after or self.present.done)

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()
