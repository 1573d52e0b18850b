from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa

    from mbats.market.bars import Bars

_LARGEST_DENOMINATOR = 100
_SMALLEST, _BETWEEN, _TOLERANCE = 1.5, 1.75, 0.08


@dataclass(frozen=True, slots=True)
class Split:
    """A share becomes `ratio` shares before the session of `day` (ISO date) opens; a reverse split has less than 1."""

    day: str
    ratio: Fraction


def suspected_splits(bars: Bars) -> list[str]:
    """Return the days (ISO dates) whose open against the close before looks like shares split n:1, or 1:n.

    Within 8 % of 3:2 or of a whole number from 2 on; a crash may look like it, too. For bars whose corporate actions
    nobody has told.
    """
    ratio = bars.close[:-1] / bars.open[1:]
    ratio = np.maximum(ratio, 1 / ratio)
    nearest = np.where(ratio < _BETWEEN, _SMALLEST, np.maximum(np.round(ratio), 2.0))
    rows = np.flatnonzero(np.abs(ratio / nearest - 1) < _TOLERANCE) + 1
    return [str(day) for day in bars.time[rows].astype("datetime64[ns]").astype("datetime64[D]")]


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
