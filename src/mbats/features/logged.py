"""What the feature logger wrote of a Backtrader run: prices and indicators as features of a dataset."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mbats.errors.feature import LoggedRunDamaged, LoggedRunMissing
from mbats.features.catalogue.series import series_value

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from mbats.features.feature import Feature

NAME = "logged"
"""Under which the table of a run stands among the series."""
_KEYS = ("time", "known_at")
_PRICES = ("open", "high", "low", "close", "volume")


def read_logged(folder: Path) -> dict[str, NDArray[Any]]:
    """Return what `FeatureLogger` wrote into `folder`, all instruments in one table: a series by the name of `NAME`.

    Times are nanoseconds UTC, `symbol` is text, all else float64; a line that an instrument lacks is NaN there.

    Raises
    ------
    LoggedRunMissing, LoggedRunDamaged
    """
    files = sorted(folder.glob("*.parquet"))
    if not files:
        raise LoggedRunMissing(folder=folder)
    tables = {file.stem: _read(file) for file in files}
    names = dict.fromkeys(name for table in tables.values() for name in table)
    columns = {name: np.concatenate([_or_missing(table, name) for table in tables.values()]) for name in names}
    return {"symbol": np.repeat([*tables], [len(table["time"]) for table in tables.values()]), **columns}


def logged_features(table: Mapping[str, NDArray[Any]]) -> list[Feature]:
    """Return one feature for each indicator line of a logged run."""
    lines = [name for name in table if name not in ("symbol", *_KEYS, *_PRICES)]
    return [series_value(name=NAME, column=line) for line in lines]


def _read(file: Path) -> dict[str, NDArray[Any]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(file)
        columns = {name: _column(name, table[name]) for name in table.column_names}
    except (pa.ArrowInvalid, OSError) as cause:
        raise LoggedRunDamaged(file=file, cause=cause) from cause
    for key in _KEYS:
        if key not in columns:
            raise LoggedRunDamaged(file=file, cause=f"it has no column {key}")
    return columns


def _or_missing(table: Mapping[str, NDArray[Any]], name: str) -> NDArray[Any]:
    return table[name] if name in table else np.full(len(table["time"]), np.nan)


def _column(name: str, column: Any) -> NDArray[Any]:
    import pyarrow as pa

    if name in _KEYS:
        return np.asarray(column.cast(pa.timestamp("ns", "UTC")).cast(pa.int64()).to_numpy())
    return np.asarray(column.cast(pa.float64()).to_numpy(), dtype=np.float64)
