"""The way into a session's log: stored first, then known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbats.errors.database import DatabaseDiskFull, DatabaseRefused, DatabaseUnreachable
from mbats.live.memory import Memory
from mbats.live.store import Entry

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from uuid import UUID

    from mbats.live.store import SessionStore, Wish

STORE_DOWN = (DatabaseUnreachable, DatabaseRefused, DatabaseDiskFull)


class Log:
    """Appends to the store and lets the memory know.

    A store that fails may have stored the rows all the same. So after a failure the memory is made anew from what is
    there (`reread`): what was about to be sent and stands in the log then counts as sent, outcome unknown.

    Parameters
    ----------
    blank
        Makes an empty memory.
    """

    def __init__(self, session: UUID, store: SessionStore, blank: Callable[[], Memory]) -> None:
        self._session, self._store, self._blank = session, store, blank
        self.memory = blank()
        self._whole = False
        self._gathered: list[Entry] = []

    @property
    def whole(self) -> bool:
        """Whether the memory is what the log holds."""
        return self._whole

    def reread(self) -> None:
        """Make the memory anew."""
        memory = self._blank()
        memory.fold(self._store.entries(self._session))
        self.memory, self._whole = memory, True
        self._gathered = []

    def append(self, entries: Sequence[Entry]) -> None:
        """Store rows, after those that were gathered, then fold them; where storing fails, nothing is known of them."""
        if not entries:
            return
        self._store_all([*self._gathered, *entries])
        self.memory.fold(entries)

    def gather(self, entries: Sequence[Entry]) -> None:
        """Fold rows that the next `append` or `flush` will store: what nobody acts on before then needs no commit."""
        self._gathered += entries
        self.memory.fold(entries)

    def flush(self) -> None:
        """Store what was gathered."""
        if self._gathered:
            self._store_all(self._gathered)

    def hear(self) -> Wish:
        """Take in what persons asked for since; return what is wanted of the session."""
        wish, acts = self._store.asked(self._session)
        self.memory.fold([act for act in acts if act.key not in self.memory.acts])
        return wish

    def _store_all(self, entries: Sequence[Entry]) -> None:
        try:
            self._store.append(self._session, entries)
        except STORE_DOWN:
            self._whole = False
            raise
        self._gathered = []
