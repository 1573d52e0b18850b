"""The journal's columns as a table, bit for bit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from psycopg import sql

from mbats.adapters.postgres import pgcopy
from mbats.ledger.journal import Event, Journal, Kind

if TYPE_CHECKING:
    from uuid import UUID

    import psycopg
    import pyarrow as pa

    from mbats.adapters.postgres.database import Database
    from mbats.market.columns import FloatColumn, IntColumn

_NAMES = "INSERT INTO risk.journal (run_id, instruments, strategies, currencies, extras) VALUES (%s, %s, %s, %s, %s)"
_READ_NAMES = """
SELECT j.run_id, j.instruments, j.strategies, j.currencies, j.extras
FROM risk.journal j JOIN risk.run r ON r.id = j.run_id WHERE r.uuid = %s
"""
_COLUMNS = sql.SQL(", ").join(map(sql.Identifier, Event._fields))
_COPY = sql.SQL("COPY risk.journal_event (run_id, sequence, {}, extras) FROM STDIN (FORMAT binary)").format(_COLUMNS)
_READ = sql.SQL("SELECT {}, extras FROM risk.journal_event WHERE run_id = {} ORDER BY sequence")
_TYPES = {
    **dict.fromkeys(("time", "order", "parent"), np.int64),
    **dict.fromkeys(("kind", "instrument", "strategy", "role", "type", "reason", "currency"), np.int16),
}


def insert(connection: psycopg.Connection, run: int, journal: Journal) -> None:
    """Store a journal under a run that has none."""
    names = (journal.instruments, journal.strategies, journal.currencies, tuple(journal.extras))
    connection.execute(_NAMES, (run, *map(list, names)))
    decisions = journal.rows(Kind.DECISION)
    others = np.flatnonzero(journal.kind != Kind.DECISION)
    reported = np.array(list(journal.extras.values()), dtype=np.float64).reshape(len(journal.extras), len(decisions)).T
    for rows, extras in ((decisions, reported), (others, np.empty((len(others), 0)))):
        with connection.cursor().copy(_COPY) as copy:
            pgcopy.write(copy, {**_columns(run, journal, rows), "extras": extras})


def read(database: Database, run: UUID) -> Journal:
    """Return the journal of a run that has one."""
    with database.transaction() as connection:
        found = connection.execute(_READ_NAMES, (run,)).fetchone()
        assert found is not None
        query = _READ.format(_COLUMNS, sql.Literal(found[0])).as_string(connection)
    table = database.table(query)
    columns = {name: table[name].to_numpy() for name in Event._fields}
    instruments, strategies, currencies, extras = map(tuple, found[1:])
    return Journal(instruments, strategies, currencies, **columns, extras=_extras(table, extras))


def _columns(run: int, journal: Journal, rows: IntColumn) -> pgcopy.Columns:
    return {
        "run_id": np.full(len(rows), run, dtype=np.int32),
        "sequence": rows.astype(np.int32),
        **{name: getattr(journal, name)[rows].astype(_TYPES.get(name, np.float64)) for name in Event._fields},
    }


def _extras(table: pa.Table, names: tuple[str, ...]) -> dict[str, FloatColumn]:
    """Return what strategies reported: one value a decision, in order."""
    if not names:
        return {}
    values = table["extras"].combine_chunks().flatten().to_numpy().reshape(-1, len(names))
    return {name: values[:, i].copy() for i, name in enumerate(names)}
