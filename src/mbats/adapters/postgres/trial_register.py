from __future__ import annotations

from dataclasses import asdict, fields
from typing import TYPE_CHECKING

from psycopg import sql
from psycopg.rows import class_row

from mbats.adapters.postgres import trial_rows
from mbats.evidence.deflation import Deflation
from mbats.evidence.tried import Tried

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from mbats.adapters.postgres.database import Database
    from mbats.evidence.trial import TrialResult
    from mbats.evidence.tried import PriorTrials

_DECLARE = """
INSERT INTO risk.prior_trial (trials, declared_by, declared_at, declared_for, instruments, period_start, period_end)
VALUES (%(trials)s, %(declared_by)s, %(declared_at)s, %(declared_for)s, %(instruments)s, %(start)s, %(end)s)
"""
_TRIED = """
SELECT count(*) AS trials, count(days) AS judged, var_samp(sharpe * sqrt(days)) AS variance, (
    SELECT coalesce(sum(most), 0)::integer FROM (
        SELECT max(trials) AS most FROM risk.prior_trial
        WHERE instruments && %(instruments)s AND period_start < %(end)s AND period_end > %(start)s
        GROUP BY declared_by) AS declared) AS prior
FROM risk.trial
WHERE instruments && %(instruments)s AND period_start < %(end)s AND period_end > %(start)s
"""
_FIGURES = [field.name for field in fields(Deflation)]
_COLUMNS = sql.SQL(", ").join(map(sql.Identifier, _FIGURES))
_KEEP = sql.SQL(
    "INSERT INTO risk.deflation (run_id, {}) SELECT id, {} FROM risk.run WHERE uuid = %(run)s ON CONFLICT DO NOTHING"
).format(_COLUMNS, sql.SQL(", ").join(map(sql.Placeholder, _FIGURES)))
_KEPT = sql.SQL("SELECT {} FROM report.deflations WHERE run = %s").format(_COLUMNS)


class PostgresTrialRegister:
    """Implements `mbats.evidence.register.TrialRegister`; the writer's role may neither change nor delete a trial."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, results: Sequence[TrialResult], at: datetime) -> None:
        """Add those that are new, and note the record of each that had none."""
        with self._database.transaction() as connection:
            trial_rows.add(connection, results, at)

    def declare(self, prior: PriorTrials) -> None:
        """Note trials made elsewhere."""
        with self._database.transaction() as connection:
            connection.execute(_DECLARE, asdict(prior) | {"instruments": list(prior.instruments)})

    def tried(self, instruments: Sequence[str], start: datetime, end: datetime) -> Tried:
        """Return what was tried on any of `instruments` in any part of ``[start, end)``."""
        asked = {"instruments": list(instruments), "start": start, "end": end}
        with self._database.transaction() as connection, connection.cursor(row_factory=class_row(Tried)) as cursor:
            found = cursor.execute(_TRIED, asked).fetchone()
        assert found is not None
        return found

    def keep(self, run: UUID, deflation: Deflation) -> None:
        """Store what is made of a run's Sharpe ratio; the first verdict on a run stays."""
        with self._database.transaction() as connection:
            connection.execute(_KEEP, asdict(deflation) | {"run": run})

    def kept(self, run: UUID) -> Deflation | None:
        """Return the verdict on a run at its time, if there was one."""
        with self._database.transaction() as connection, connection.cursor(row_factory=class_row(Deflation)) as cursor:
            return cursor.execute(_KEPT, (run,)).fetchone()
