"""The lock of the one process that looks after all sessions."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from mbats.errors.live import TraderHeld

if TYPE_CHECKING:
    import psycopg

    from mbats.adapters.postgres.database import Database

_LOCK_CLASS = 1_835_164_023
_NAME = "mbats trader "
_LOCK = "SELECT pg_try_advisory_lock(%s, 0)"
_HOLDER = """
SELECT replace(a.application_name, %s, '') FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
WHERE l.locktype = 'advisory' AND l.classid = %s AND l.granted AND l.database = a.datid
"""


class TraderLock:
    """Held by a connection of its own, so that the server frees it at any death of this process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._holder: psycopg.Connection | None = None

    def confirm(self) -> None:
        """Take the lock, or make sure that it is still ours.

        Raises
        ------
        TraderHeld
            Another process has it.
        """
        with self._database.in_our_words():
            if self._holder is not None and not self._holder.closed:
                self._holder.execute("SELECT 1")
            else:
                self._take()

    def release(self) -> None:
        """Let go."""
        if self._holder is not None:
            self._holder.close()

    def _take(self) -> None:
        holder = self._database.connect()
        holder.autocommit = True
        holder.execute("SELECT set_config('application_name', %s, false)", (f"{_NAME}{os.getpid()}",))
        row = holder.execute(_LOCK, (_LOCK_CLASS,)).fetchone()
        if row is None or not row[0]:
            other = holder.execute(_HOLDER, (_NAME, _LOCK_CLASS)).fetchone()
            holder.close()
            raise TraderHeld(process=other[0] if other else "unknown")
        self._holder = holder
