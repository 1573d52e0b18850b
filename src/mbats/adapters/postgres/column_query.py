"""Columns of a query as NumPy arrays: PostgreSQL gathers each column into one array, so no row costs us anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from psycopg import sql

from mbats.adapters.postgres.pgcopy import nanoseconds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import psycopg
    from numpy.typing import NDArray

    from mbats.market.columns import IntColumn

ROWS = 2**18
"""How many rows to ask for at once: the server holds a column's array in memory while it gathers it."""
_TIMESTAMPS = 1185
_ELEMENTS = {1000: "?", 1005: ">i2", 1007: ">i4", 1016: ">i8", 1022: ">f8", _TIMESTAMPS: ">i8"}
"""Element types by the type number of their array (PostgreSQL's catalogue ``pg_type.dat``)."""
_HEAD = 20
"""Bytes of a one-dimensional array before its elements, each of which is a length and a value."""


def columns(
    connection: psycopg.Connection, chosen: Mapping[str, sql.Composable], source: sql.Composable, order: str
) -> dict[str, NDArray[Any]]:
    """Return the values of some expressions, none null, over the rows of `source` in the order of a column.

    Times become nanoseconds UTC. With the rows of an index in that order the server sorts nothing (PostgreSQL 16).
    """
    gathered = (sql.SQL("array_agg({} ORDER BY {})").format(value, sql.Identifier(order)) for value in chosen.values())
    query = sql.SQL("SELECT {} FROM {}").format(sql.SQL(", ").join(gathered), source)
    result = connection.cursor(binary=True).execute(query).pgresult
    assert result is not None
    return {name: _values(result.ftype(at), result.get_value(0, at)) for at, name in enumerate(chosen)}


def joined(parts: Iterable[Mapping[str, NDArray[Any]]]) -> dict[str, NDArray[Any]]:
    """Return columns that were read piece by piece as whole ones."""
    pieces: Sequence[Mapping[str, NDArray[Any]]] = list(parts)
    return {name: np.concatenate([piece[name] for piece in pieces]) for name in pieces[0]}


def _values(kind: int, content: bytes | None) -> NDArray[Any]:
    element = np.dtype(_ELEMENTS[kind])
    packed = np.frombuffer(content or b"", dtype=[("size", ">i4"), ("value", element)], offset=_HEAD if content else 0)
    values: IntColumn = packed["value"].astype(element.newbyteorder("="))
    return nanoseconds(values) if kind == _TIMESTAMPS else values
