"""The securities master in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import numpy as np

from mbats.adapters.postgres import bar_query, series_ingestion
from mbats.adapters.postgres.bar_ingestion import BarIngestion
from mbats.adapters.postgres.names import instruments, key_ids
from mbats.errors.database import TimeTooFine
from mbats.market.timeframe import Alignment
from mbats.secmaster.keys import BarKey
from mbats.secmaster.repository import Holding, IngestionCount, SeriesHolding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from uuid import UUID

    import psycopg
    import pyarrow as pa

    from mbats.adapters.postgres.database import Database
    from mbats.market.bars import Bars
    from mbats.market.instrument import Instrument
    from mbats.secmaster.repository import BarBatch, IngestionSource

_HOLDINGS = """
SELECT symbol, vendor, timeframe, alignment, rows, first, last, flagged, synthetic
FROM report.holdings
"""
_FINISH = """
UPDATE secmaster.ingestion_run r
SET finished_at = clock_timestamp(), read = c.read, inserted = c.inserted, revised = c.revised,
    unchanged = c.unchanged, flagged = c.flagged
FROM (SELECT coalesce(sum(read), 0) AS read, coalesce(sum(inserted), 0) AS inserted,
             coalesce(sum(revised), 0) AS revised, coalesce(sum(unchanged), 0) AS unchanged,
             coalesce(sum(flagged), 0) AS flagged
      FROM secmaster.ingestion_count WHERE run_id = %(run)s) c
WHERE r.id = %(run)s
"""


class PostgresSecurityMaster:
    """Implements `mbats.secmaster.repository.SecurityMaster`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def instruments(self) -> dict[str, Instrument]:
        """Return all instruments by symbol."""
        with self._database.transaction() as connection:
            return instruments(connection)

    def ingest(
        self,
        batches: Sequence[BarBatch],
        source: IngestionSource,
        progress: Callable[[int], None] | None = None,
    ) -> list[IngestionCount]:
        """Insert or revise the bars of all batches in one transaction; see the port."""
        for batch in batches:
            _refuse_finer(batch)
        with self._database.transaction() as connection:
            run, uuid = _begin(connection, source)
            ids = key_ids(connection, batches)
            _lock(connection, (str(batch.key) for batch in batches))
            counts = []
            for batch in batches:
                outcome = BarIngestion(connection, batch, ids[batch.key], run).store(progress)
                read, flagged = len(batch.bars), int(np.count_nonzero(batch.flags))
                done = (outcome.inserted, outcome.revised, outcome.unchanged)
                counts.append(IngestionCount(batch.key, uuid, read, *done, flagged))
            _finish(connection, run, counts)
        return counts

    def bars(self, key: BarKey, start: int | None = None, end: int | None = None) -> Bars:
        """Return the complete bars of `key` that open in ``[start, end)``; raises UnknownBars."""
        return bar_query.bars(self._database, key, start, end)

    def holdings(self) -> list[Holding]:
        """Return what sets of bars there are, ordered by key."""
        with self._database.transaction() as connection:
            rows = connection.execute(_HOLDINGS).fetchall()
        held = [Holding(BarKey(row[0], row[1], row[2], Alignment(row[3])), *row[4:]) for row in rows]
        return sorted(held, key=lambda holding: holding.key)

    def ingest_series(self, name: str, table: pa.Table, source: IngestionSource) -> IngestionCount:
        """Insert or revise the rows of a series; see the port."""
        rows = series_ingestion.rows(name, table)
        with self._database.transaction() as connection:
            run, uuid = _begin(connection, source)
            _lock(connection, [f"series {name}"])
            outcome = series_ingestion.store(connection, name, table.schema, rows, run)
            done = (outcome.inserted, outcome.revised, outcome.unchanged)
            count = IngestionCount(name, uuid, table.num_rows, *done, flagged=0)
            _finish(connection, run, [count])
        return count

    def series(self, name: str) -> pa.Table:
        """Return a series ordered by `known_at`, then `time`; raises UnknownSeries."""
        with self._database.transaction() as connection:
            return series_ingestion.table(connection, name)

    def series_holdings(self) -> list[SeriesHolding]:
        """Return what series there are, ordered by name."""
        with self._database.transaction() as connection:
            rows = connection.execute("SELECT name, columns, rows, first, last FROM report.series ORDER BY name")
            return [SeriesHolding(name, tuple(c for c, _ in columns), *facts) for name, columns, *facts in rows]


def _begin(connection: psycopg.Connection, source: IngestionSource) -> tuple[int, UUID]:
    uuid = uuid4()
    insert = "INSERT INTO secmaster.ingestion_run (uuid, source, digest, command) VALUES (%s, %s, %s, %s) RETURNING id"
    row = connection.execute(insert, (uuid, source.name, source.digest, source.command)).fetchone()
    assert row is not None
    return int(row[0]), uuid


def _finish(connection: psycopg.Connection, run: int, counts: Sequence[IngestionCount]) -> None:
    rows = [(run, str(c.key), c.read, c.inserted, c.revised, c.unchanged, c.flagged) for c in counts]
    insert = (
        "INSERT INTO secmaster.ingestion_count (run_id, subject, read, inserted, revised, unchanged, flagged)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s)"
    )
    with connection.cursor() as cursor:
        cursor.executemany(insert, rows)
    connection.execute(_FINISH, {"run": run})


def _lock(connection: psycopg.Connection, subjects: Iterable[str]) -> None:
    """Let nobody else write these sets until the transaction ends; sorted, so that no two processes form a deadlock."""
    for subject in sorted(set(subjects)):
        connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (subject,))


def _refuse_finer(batch: BarBatch) -> None:
    finer = np.flatnonzero(batch.bars.time % 1_000)
    if len(finer):
        raise TimeTooFine(what=batch.key, time=np.datetime64(int(batch.bars.time[finer[0]]), "ns"))
