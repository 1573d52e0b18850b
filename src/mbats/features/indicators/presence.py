from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mbats.compiled import compiled
from mbats.features.indicators.sharing import shared

if TYPE_CHECKING:
    from mbats.market.columns import FlagColumn, FloatColumn


@shared
def all_present(*columns: FloatColumn) -> FlagColumn:
    """Return on which rows every one of `columns` (at least one, each of shape (n,)) has a finite value; shape (n,)."""
    present: FlagColumn = np.isfinite(columns[0])
    for column in columns[1:]:
        present &= np.isfinite(column)
    return present


@compiled
def write_finite(values: FloatColumn, into: FloatColumn) -> None:
    """Write `values` into a column of the same shape, NaN where one is not finite."""
    for row in range(len(into)):
        into[row] = values[row] if abs(values[row]) < np.inf else np.nan
