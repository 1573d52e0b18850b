"""Point-in-time series as plain columns, for rooms that know no Arrow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa
    from numpy.typing import NDArray

TIMES = ("time", "known_at")
_NANOSECONDS = {"s": 1_000_000_000, "ms": 1_000_000, "us": 1_000, "ns": 1}
_NUMBERS = {"int64": np.dtype(np.int64), "double": np.dtype(np.float64)}


def columns(table: pa.Table) -> dict[str, NDArray[Any]]:
    """Return the columns of a series, its two times as nanoseconds UTC."""
    return {name: (_moments if name in TIMES else _values)(table[name]) for name in table.column_names}


def _moments(column: pa.ChunkedArray) -> NDArray[Any]:
    return _side_by_side(column, np.dtype(np.int64)) * _NANOSECONDS[column.type.unit]


def _values(column: pa.ChunkedArray) -> NDArray[Any]:
    """Return what ``to_numpy`` would, which imports pandas for it: that takes longer than to read the whole series."""
    kind = str(column.type)
    if column.null_count == 0 and kind in _NUMBERS:
        return _side_by_side(column, _NUMBERS[kind])
    if kind == "string":
        return np.array(column.to_pylist(), dtype=object)
    return np.asarray(column.to_numpy())


def _side_by_side(column: pa.ChunkedArray, kind: np.dtype[Any]) -> NDArray[Any]:
    parts = [np.frombuffer(part.buffers()[1], kind, len(part), part.offset * kind.itemsize) for part in column.chunks]
    return np.concatenate([np.empty(0, kind), *parts])


def table(values: Mapping[str, Any]) -> pa.Table:
    """Return a series made of columns, its two times given as nanoseconds UTC."""
    import pyarrow as pa

    def column(name: str) -> Any:
        stored = pa.array(values[name])
        return stored.cast(pa.timestamp("ns", "UTC")) if name in TIMES else stored

    return pa.table({name: column(name) for name in values})
