from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mbats.adapters.postgres.database import Database


class NamedLock:
    """Locks by name, one holder at a time among all processes of a database; the server frees a dead holder's."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        """Wait for the lock `name` and hold it."""
        with self._database.in_our_words():
            holder = self._database.connect()
            holder.autocommit = True
            holder.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", (name,))
        try:
            yield
        finally:
            holder.close()
