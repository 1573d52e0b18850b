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
    present = np.ones(len(columns[0]), dtype=np.bool_)
    for column in columns:
        _and_present(column, present)
    return present


@compiled
def _and_present(column: FloatColumn, present: FlagColumn) -> None:
    for row in range(len(column)):
        present[row] &= abs(column[row]) < np.inf
