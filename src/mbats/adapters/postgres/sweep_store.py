"""Sweeps in the risk database."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
from psycopg.types.json import Jsonb

from mbats.adapters.postgres import sweep_rows
from mbats.errors.sweep import AmbiguousSweep, SweepBusy, UnknownSweep
from mbats.ledger.run import RunStatus

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from uuid import UUID

    import psycopg
    from numpy.typing import NDArray

    from mbats.adapters.postgres.database import Database
    from mbats.market.columns import IntColumn
    from mbats.pipelines.sweep.cell import CellResult
    from mbats.pipelines.sweep.store import StoredSweep, SweepInfo

_LOCK_CLASS = 1_835_164_021
"""First half of the advisory lock that a living sweep holds; the view report.sweeps looks for the same number."""
_LOCK = "SELECT pg_try_advisory_lock(%s, %s)"
_END = """
UPDATE risk.sweep SET status = %(status)s, error = %(error)s, best = %(best)s, verdict = %(verdict)s,
       best_run_id = (SELECT id FROM risk.run WHERE uuid = %(run)s), finished_at = clock_timestamp()
WHERE uuid = %(sweep)s
"""
_CELLS = """
SELECT c.number, c.parameters, c.figures, c.error FROM risk.sweep_cell c JOIN risk.sweep s ON s.id = c.sweep_id
WHERE s.uuid = %s ORDER BY c.number
"""
_NUMBERS = """
SELECT c.number FROM risk.sweep_cell c JOIN risk.sweep s ON s.id = c.sweep_id
WHERE s.uuid = %s AND c.error = '' ORDER BY c.number
"""
_RETURNS = """
SELECT c.returns FROM risk.sweep_cell c JOIN risk.sweep s ON s.id = c.sweep_id
WHERE s.uuid = %s AND c.error = '' ORDER BY c.number
"""
_ROWS_AT_ONCE = 500


class PostgresSweepStore:
    """Implements `mbats.pipelines.sweep.store.SweepStore` and `SweepArchive`.

    A held sweep keeps a connection of its own, whose session has the sweep's advisory lock; the server frees it when
    the process dies in whatever way.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    @contextmanager
    def hold(self, key: str) -> Iterator[StoredSweep | None]:
        """Keep others from the sweep called `key`, and give the interrupted one to go on with, if there is one."""
        with self._database.in_our_words():
            holder = self._database.connect()
        try:
            with self._database.in_our_words():
                # Outside a transaction: a lock held for hours must not hold back vacuum.
                holder.autocommit = True
                if not self._locked(holder, key):
                    raise SweepBusy
                unfinished = sweep_rows.unfinished(holder, key)
            yield unfinished
        finally:
            holder.close()

    def begin(self, info: SweepInfo) -> None:
        """Record that a sweep has started."""
        with self._database.transaction() as connection:
            sweep_rows.insert(connection, info)

    def add(self, info: SweepInfo, results: Sequence[CellResult]) -> None:
        """Store cells with the trials that they are, all or none."""
        with self._database.transaction() as connection:
            sweep_rows.insert_cells(connection, info, results)

    def finish(self, sweep: UUID, best: int, run: UUID | None, verdict: Mapping[str, Any]) -> None:
        """Mark a sweep finished, with its best cell."""
        self._end(sweep, RunStatus.FINISHED, best=best, run=run, verdict=Jsonb(dict(verdict)))

    def fail(self, sweep: UUID, error: str) -> None:
        """Mark a sweep failed, with the cause."""
        self._end(sweep, RunStatus.FAILED, error=error)

    def find(self, prefix: str) -> StoredSweep:
        """Return the sweep whose id begins with `prefix` (``latest``: the newest)."""
        with self._database.transaction() as connection:
            newest = sweep_rows.newest(connection, 5)
            found = newest[:1] if prefix == "latest" else sweep_rows.beginning(connection, prefix)
        if not found:
            known = ", ".join(str(sweep.info.id)[:8] for sweep in newest)
            raise UnknownSweep(sweep=prefix, known=known or "none yet")
        if len(found) > 1:
            raise AmbiguousSweep(sweep=prefix, candidates=", ".join(str(sweep.info.id) for sweep in found))
        return found[0]

    def sweeps(self, limit: int = 50) -> list[StoredSweep]:
        """Return the newest sweeps first; one whose holder died is shown as interrupted."""
        with self._database.transaction() as connection:
            return sweep_rows.newest(connection, limit)

    def cells(self, sweep: UUID) -> Iterator[CellResult]:
        """Yield the stored cells by number, without their daily returns."""
        with self._database.transaction() as connection, connection.cursor("cells") as cursor:
            cursor.itersize = _ROWS_AT_ONCE
            yield from map(sweep_rows.cell, cursor.execute(_CELLS, (sweep,)))

    def returns(self, sweep: UUID) -> tuple[IntColumn, NDArray[np.float32]]:
        """Return numbers and daily returns of the cells that were judged."""
        days = len(self.find(str(sweep)).info.days)
        with self._database.snapshot() as connection:
            numbers = np.array([number for (number,) in connection.execute(_NUMBERS, (sweep,))], dtype=np.int64)
            matrix = np.empty((len(numbers), days), dtype=np.float32)
            with connection.cursor("returns", binary=True) as cursor:
                cursor.itersize = _ROWS_AT_ONCE
                for row, (stored,) in zip(matrix, cursor.execute(_RETURNS, (sweep,)), strict=True):
                    row[:] = np.frombuffer(stored, "<f4")
        return numbers, matrix

    @staticmethod
    def _locked(holder: psycopg.Connection, key: str) -> bool:
        half = int.from_bytes(bytes.fromhex(key[:8]), signed=True)
        row = holder.execute(_LOCK, (_LOCK_CLASS, half)).fetchone()
        return row is not None and bool(row[0])

    def _end(self, sweep: UUID, status: RunStatus, **facts: Any) -> None:
        given = {"error": "", "best": None, "run": None, "verdict": Jsonb({})} | facts
        with self._database.transaction() as connection:
            connection.execute(_END, {**given, "status": status, "sweep": sweep})
