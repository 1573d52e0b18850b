"""The risk database in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mbats.adapters.postgres import journal_table, result_tables, run_rows
from mbats.errors.database import AmbiguousRun, InterruptedRun, RunNotRunning, UnfinishedRun, UnknownRun
from mbats.ledger.run import LIVE, RunStatus

if TYPE_CHECKING:
    from uuid import UUID

    import psycopg

    from mbats.adapters.postgres.database import Database
    from mbats.ledger.journal import Journal
    from mbats.ledger.run import RunInfo, RunResult, StoredRun

_LOCK_CLASS = 1_835_164_020
"""First half of the advisory lock that a living run holds; the view report.runs looks for the same number."""
_END = """
UPDATE risk.run SET status = %s, error = %s, finished_at = clock_timestamp()
WHERE uuid = %s AND status = 'running' RETURNING id
"""


class PostgresRunStore:
    """Implements `mbats.ledger.run.RunStore`.

    A run that has begun keeps a connection of its own, whose session holds the run's advisory lock. The server frees
    the lock when the process dies in whatever way, and the run shows as interrupted from then on.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._holders: dict[UUID, psycopg.Connection] = {}

    def begin(self, info: RunInfo) -> None:
        """Record that a run has started, with its trials, and hold it."""
        with self._database.in_our_words():
            holder = self._database.connect()
            with holder.transaction():
                run = run_rows.insert(holder, info)
                holder.execute("SELECT pg_advisory_lock(%s, %s)", (_LOCK_CLASS, run))
            # Outside a transaction from here on: a lock held for hours must not hold back vacuum.
            holder.autocommit = True
        self._holders[info.id] = holder

    def finish(self, result: RunResult) -> None:
        """Store all results in one transaction and mark the run finished."""
        with self._database.transaction() as connection:
            run = self._end(connection, result.info.id, RunStatus.FINISHED)
            run_rows.tell(connection, run, result.info)
            journal_table.insert(connection, run, result.journal)
            result_tables.insert(connection, run, result)
        self._release(result.info.id)

    def fail(self, run: UUID, error: str) -> None:
        """Mark a run failed, with the cause."""
        with self._database.transaction() as connection:
            self._end(connection, run, RunStatus.FAILED, error)
        self._release(run)

    def refresh(self, result: RunResult, *, over: bool) -> None:
        """Replace the results of a live run in one transaction; the first time begins it, `over` finishes it."""
        with self._database.transaction() as connection:
            run = run_rows.refresh(connection, result.info)
            if run is None:
                raise RunNotRunning(run=result.info.id)
            connection.execute("SELECT risk.forget_live_results(%s)", (run,))
            journal_table.insert(connection, run, result.journal)
            result_tables.insert(connection, run, result)
            if over:
                self._end(connection, result.info.id, RunStatus.FINISHED)

    def runs(self, limit: int = 50) -> list[StoredRun]:
        """Return the newest runs first; a run whose holder died is shown as interrupted."""
        with self._database.transaction() as connection:
            return run_rows.newest(connection, limit)

    def find(self, prefix: str) -> StoredRun:
        """Return the run whose id begins with `prefix` (``latest``: the newest finished one)."""
        with self._database.transaction() as connection:
            found = run_rows.latest(connection) if prefix == "latest" else run_rows.beginning(connection, prefix)
            if not found:
                known = ", ".join(str(run.info.id)[:8] for run in run_rows.newest(connection, 5))
                raise UnknownRun(run=prefix, known=known or "none yet")
        if len(found) > 1:
            raise AmbiguousRun(run=prefix, candidates=", ".join(str(run.info.id) for run in found))
        return found[0]

    def journal(self, run: UUID) -> Journal:
        """Return the journal of a finished run, or a live one so far, bit for bit as it was stored."""
        stored = self.find(str(run))
        if stored.info.simulator == LIVE:
            return journal_table.read(self._database, run)
        if stored.status is RunStatus.INTERRUPTED:
            raise InterruptedRun(run=run, command=stored.info.command or "mbats backtest run ...")
        if stored.status is not RunStatus.FINISHED:
            raise UnfinishedRun(run=run, status=stored.status)
        return journal_table.read(self._database, run)

    def _end(self, connection: psycopg.Connection[Any], run: UUID, status: RunStatus, error: str = "") -> int:
        row = connection.execute(_END, (status, error, run)).fetchone()
        if row is None:
            raise RunNotRunning(run=run)
        return int(row[0])

    def _release(self, run: UUID) -> None:
        holder = self._holders.pop(run, None)
        if holder is not None:
            holder.close()
