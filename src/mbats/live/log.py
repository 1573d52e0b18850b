"""The way into a session's log: stored first, then known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbats.errors.database import DatabaseDiskFull, DatabaseRefused, DatabaseUnreachable
from mbats.live.memory import Memory
from mbats.live.store import Entry

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from uuid import UUID

    from mbats.live.store import SessionStore

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

    @property
    def whole(self) -> bool:
        """Whether the memory is what the log holds."""
        return self._whole

    def reread(self) -> None:
        """Make the memory anew."""
        memory = self._blank()
        memory.fold(self._store.entries(self._session))
        self.memory, self._whole = memory, True

    def append(self, entries: Sequence[Entry]) -> None:
        """Store rows, then fold them; where storing fails, nothing is known of them."""
        if not entries:
            return
        try:
            self._store.append(self._session, entries)
        except STORE_DOWN:
            self._whole = False
            raise
        self.memory.fold(entries)

    def hear(self) -> None:
        """Take in what persons asked for since."""
        for act in self._store.entries(self._session, "act"):
            if act.key not in self.memory.acts:
                self.memory.fold([act])
