"""The journal's columns as a table, bit for bit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from psycopg import sql

from mbats.adapters.postgres import column_query, pgcopy
from mbats.ledger.journal import Event, Journal, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import LiteralString
    from uuid import UUID

    import psycopg
    from numpy.typing import NDArray

    from mbats.adapters.postgres.database import Database
    from mbats.market.columns import IntColumn

_NAMES = "INSERT INTO risk.journal (run_id, instruments, strategies, currencies, extras) VALUES (%s, %s, %s, %s, %s)"
_READ_NAMES = """
SELECT j.run_id, (SELECT count(*) FROM risk.journal_event e WHERE e.run_id = j.run_id),
       j.instruments, j.strategies, j.currencies, j.extras
FROM risk.journal j JOIN risk.run r ON r.id = j.run_id WHERE r.uuid = %s
"""
_COLUMNS = sql.SQL(", ").join(map(sql.Identifier, Event._fields))
_COPY = sql.SQL("COPY risk.journal_event (run_id, sequence, {}, extras) FROM STDIN (FORMAT binary)").format(_COLUMNS)
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
    with database.snapshot() as connection:
        found = connection.execute(_READ_NAMES, (run,)).fetchone()
        assert found is not None
        number, length, *names = found
        events = {name: sql.Identifier(name) for name in Event._fields}
        columns = _read(connection, number, length, events, "true")
        reported = {name: sql.SQL("extras[{}]").format(at) for at, name in enumerate(found[-1], start=1)}
        extras = _read(connection, number, length, reported, "kind = 0") if reported else {}
    instruments, strategies, currencies, _ = map(tuple, names)
    return Journal(instruments, strategies, currencies, **columns, extras=extras)


def _read(
    connection: psycopg.Connection,
    run: int,
    length: int,
    chosen: Mapping[str, sql.Composable],
    condition: LiteralString,
) -> dict[str, NDArray[Any]]:
    source = sql.SQL("risk.journal_event WHERE run_id = {} AND sequence >= {} AND sequence < {} AND {}")
    first = range(0, length, column_query.ROWS) or [0]
    spans = (source.format(run, begin, begin + column_query.ROWS, sql.SQL(condition)) for begin in first)
    return column_query.joined(column_query.columns(connection, chosen, span, "sequence") for span in spans)


def _columns(run: int, journal: Journal, rows: IntColumn) -> pgcopy.Columns:
    return {
        "run_id": np.full(len(rows), run, dtype=np.int32),
        "sequence": rows.astype(np.int32),
        **{name: getattr(journal, name)[rows].astype(_TYPES.get(name, np.float64)) for name in Event._fields},
    }
