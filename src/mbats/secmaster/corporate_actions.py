from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa

_LARGEST_DENOMINATOR = 100


@dataclass(frozen=True, slots=True)
class Split:
    """A share becomes `ratio` shares before the session of `day` (ISO date) opens; a reverse split has less than 1."""

    day: str
    ratio: Fraction


def series_name(symbol: str, name: str = "corporate_actions") -> str:
    """Return the name of the series that holds an instrument's dividends and splits."""
    return f"{name}_" + re.sub(r"\W", "_", symbol)


def splits_between(table: pa.Table, start: int, end: int) -> list[Split]:
    """Return the splits with an ex-date in ``(start, end]``, nanoseconds UTC, oldest first.

    Parameters
    ----------
    table
        A series `series_name` with columns `time` (midnight of the ex-date in New York) and `split` (shares after for
        one before, null or 1: no split). Vendors round ratios (4:1 reads 3.999996): the nearest simple fraction counts.
    """
    import pyarrow as pa

    time = table["time"].cast(pa.timestamp("ns", "UTC")).cast(pa.int64()).to_numpy()
    value = table["split"].cast(pa.float64()).fill_null(1.0).to_numpy()
    found = []
    for row in np.flatnonzero((time > start) & (time <= end) & (value != 1.0)).tolist():
        ratio = Fraction(float(value[row])).limit_denominator(_LARGEST_DENOMINATOR)
        found.append(Split(str(np.datetime64(int(time[row]), "ns").astype("datetime64[D]")), ratio))
    return sorted(found, key=lambda split: split.day)
