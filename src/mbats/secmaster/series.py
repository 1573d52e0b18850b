"""Point-in-time series as plain columns, for rooms that know no Arrow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa
    from numpy.typing import NDArray

TIMES = ("time", "known_at")


def columns(table: pa.Table) -> dict[str, NDArray[Any]]:
    """Return the columns of a series, its two times as nanoseconds UTC."""
    import pyarrow as pa

    def read(name: str) -> NDArray[Any]:
        column = table[name]
        if name in TIMES:
            column = column.cast(pa.timestamp("ns", "UTC")).cast(pa.int64())
        return np.asarray(column.to_numpy())

    return {name: read(name) for name in table.column_names}


def table(values: Mapping[str, Any]) -> pa.Table:
    """Return a series made of columns, its two times given as nanoseconds UTC."""
    import pyarrow as pa

    def column(name: str) -> Any:
        stored = pa.array(values[name])
        return stored.cast(pa.timestamp("ns", "UTC")) if name in TIMES else stored

    return pa.table({name: column(name) for name in values})
