from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from mbats.execution.sides import Sides
    from mbats.market.columns import FloatColumn, IntColumn


def excursions(
    prices: Sides, side: int, bars: tuple[IntColumn, IntColumn], entry: FloatColumn, leaving: FloatColumn
) -> tuple[FloatColumn, FloatColumn]:
    """Return the maximum favourable and adverse excursion of trips of one side, in price units, never negative.

    Measured from the entry price on the side at which the trip leaves (a long on the bid), over whole bars from the
    entry's up to the exit's and, in the exit's bar, at the exit price alone: what came after it was no risk. A bar's
    extreme before an entry inside it can't be told apart and counts (Sweeney 1996, "Maximum Adverse Excursion").

    Parameters
    ----------
    bars
        First bar of each trip, and the bar after the last whole one, ascending; shape (n,) each.
    entry, leaving
        Prices of entry and exit, shape (n,).
    """
    quotes = prices.leaving(side)
    highest = np.maximum(_over(np.maximum, quotes.high, bars, -np.inf), leaving)
    lowest = np.minimum(_over(np.minimum, quotes.low, bars, np.inf), leaving)
    best, worst = (highest, lowest) if side > 0 else (lowest, highest)
    return np.maximum(side * (best - entry), 0.0), np.maximum(side * (entry - worst), 0.0)


def _over(extreme: np.ufunc, column: FloatColumn, bars: tuple[IntColumn, IntColumn], none: float) -> FloatColumn:
    first, end = bars
    spans = np.column_stack(bars).ravel()
    found: FloatColumn = extreme.reduceat(np.append(column, none), spans)[::2] if len(spans) else np.empty(0)
    return np.where(first == end, none, found)
