"""Point-in-time series: rows of JSON under a time and the moment at which they became known."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from mbats.adapters.postgres.bar_ingestion import Outcome
from mbats.errors.database import AmbiguousSeriesRow, TimeTooFine, UnknownSeries

if TYPE_CHECKING:
    from datetime import datetime

    import psycopg

Row = tuple["datetime", "datetime", str]
"""Time, known_at and the other columns as JSON."""

_TIMES = ("time", "known_at")
_STAMP = pa.timestamp("us", "UTC")
_WIDTHS = {_STAMP: np.int64, pa.int64(): np.int64, pa.float64(): np.float64}
"""Types whose values lie side by side, as NumPy keeps them."""
_PYTHON = {"int64": int, "double": float, "bool": bool, "string": str}

_STAGE = "CREATE TEMP TABLE staged_series (time timestamptz, known_at timestamptz, value jsonb) ON COMMIT DROP"
_KEEP = """
INSERT INTO secmaster.series_revision (series_id, time, known_at, value, run_id, replaced_by)
SELECT v.series_id, v.time, v.known_at, v.value, v.run_id, %(run)s
FROM secmaster.series_value v JOIN staged_series s USING (time, known_at)
WHERE v.series_id = %(series)s AND v.value <> s.value
"""
_REPLACE = """
UPDATE secmaster.series_value v SET value = s.value, run_id = %(run)s
FROM staged_series s
WHERE v.series_id = %(series)s AND v.time = s.time AND v.known_at = s.known_at AND v.value <> s.value
"""
_INSERT = """
INSERT INTO secmaster.series_value (series_id, time, known_at, value, run_id)
SELECT %(series)s, time, known_at, value, %(run)s FROM staged_series
ON CONFLICT DO NOTHING
"""
_HELD = """
SELECT (extract(epoch FROM time) * 1000000)::bigint, (extract(epoch FROM known_at) * 1000000)::bigint, value
FROM secmaster.series_value WHERE series_id = %s ORDER BY known_at, time
"""
_NAME = """
INSERT INTO secmaster.series (name, columns) VALUES (%(name)s, %(columns)s)
ON CONFLICT (name) DO UPDATE SET columns = excluded.columns
RETURNING id
"""


def rows(name: str, table: pa.Table) -> list[Row]:
    """Return the rows of a series ready to be stored.

    Raises
    ------
    mbats.errors.database.AmbiguousSeriesRow, TimeTooFine
        Two rows share both times, or a time is finer than a microsecond.
    """
    times, known = (_moments(name, table[column]) for column in _TIMES)
    for moments, count in Counter(zip(times, known, strict=True)).most_common(1):
        if count > 1:
            raise AmbiguousSeriesRow(name=name, count=count, time=moments[0], known_at=moments[1])
    values = [{} for _ in times] if table.num_columns == len(_TIMES) else _plain(table).to_pylist()
    return list(zip(times, known, map(json.dumps, values), strict=True))


def store(connection: psycopg.Connection, name: str, schema: pa.Schema, content: list[Row], run: int) -> Outcome:
    """Insert what is new and revise what has changed, inside the caller's transaction."""
    series = _series_id(connection, name, schema)
    connection.execute(_STAGE)
    with connection.cursor().copy("COPY staged_series FROM STDIN") as copy:
        for row in content:
            copy.write_row(row)
    facts = {"series": series, "run": run}
    revised = connection.execute(_KEEP, facts).rowcount
    connection.execute(_REPLACE, facts)
    inserted = connection.execute(_INSERT, facts).rowcount
    return Outcome(inserted, revised, len(content) - inserted - revised)


def table(connection: psycopg.Connection, name: str) -> pa.Table:
    """Return a series as it was stored, ordered by known_at, then time; raises UnknownSeries."""
    found = connection.execute("SELECT id, columns FROM secmaster.series WHERE name = %s", (name,)).fetchone()
    if found is None:
        known = [row[0] for row in connection.execute("SELECT name FROM secmaster.series ORDER BY name")]
        raise UnknownSeries(name=name, known=", ".join(known) or "none")
    held = connection.execute(_HELD, found[:1]).fetchall()
    columns = {column: _column([row[i] for row in held], _STAMP) for i, column in enumerate(_TIMES)}
    for column, kind in found[1]:
        read = _PYTHON[kind]
        values = (row[2].get(column) for row in held)
        columns[column] = _column([None if v is None else read(v) for v in values], pa.type_for_alias(kind))
    return pa.table(columns)


def _column(values: list[Any], kind: pa.DataType) -> pa.Array:
    """Return what ``pa.array`` would, which imports pandas for it: that takes longer than all else here."""
    if None not in values and kind in _WIDTHS:
        return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(np.array(values, _WIDTHS[kind]))])
    if None not in values and kind == pa.string():
        texts = [value.encode() for value in values]
        ends = np.cumsum([0, *map(len, texts)], dtype=np.int32)
        return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(ends), pa.py_buffer(b"".join(texts))])
    return pa.array(values, kind)


def _series_id(connection: psycopg.Connection, name: str, schema: pa.Schema) -> int:
    known = connection.execute("SELECT columns FROM secmaster.series WHERE name = %s", (name,)).fetchone()
    columns = dict(known[0]) if known else {}
    for field in schema:
        if field.name not in _TIMES:
            columns[field.name] = _wider(columns.get(field.name), _kind(field.type))
    named = {"name": name, "columns": json.dumps(list(columns.items()))}
    row = connection.execute(_NAME, named).fetchone()
    assert row is not None
    return int(row[0])


def _kind(kind: pa.DataType) -> str:
    """Return as what JSON keeps a type: a date, a decimal or a list as its text."""
    if pa.types.is_integer(kind):
        return "int64"
    if pa.types.is_floating(kind):
        return "double"
    return "bool" if pa.types.is_boolean(kind) else "string"


def _wider(held: str | None, new: str) -> str:
    if held is None or held == new:
        return new
    return "double" if {held, new} == {"int64", "double"} else "string"


def _plain(table: pa.Table) -> pa.Table:
    """Return the columns beside the times in types that JSON has; NaN, which it lacks, becomes null."""
    plain = table.drop_columns(list(_TIMES))
    arrays = [column.cast(_kind(column.type)) for column in plain.columns]
    return pa.table([_without_nan(array) for array in arrays], names=plain.column_names)


def _without_nan(array: pa.ChunkedArray) -> pa.ChunkedArray:
    if not pa.types.is_floating(array.type):
        return array
    import pyarrow.compute as pc  # takes longer to import than all else here, and only what is stored needs it

    return pc.if_else(pc.is_finite(array), array, pa.scalar(None, array.type))


def _moments(name: str, column: pa.ChunkedArray) -> list[datetime]:
    try:
        return list(column.cast(_STAMP).to_pylist())
    except pa.ArrowInvalid as cause:
        raise TimeTooFine(what=f"series {name!r}", time=cause) from cause
