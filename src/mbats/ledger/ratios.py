"""Ratios of gain to pain; None where one is undefined."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from mbats.market.columns import FloatColumn

_ALMOST_A_YEAR = 0.95


def sortino(excess: FloatColumn, periods_per_year: int) -> float | None:
    """Return the Sortino ratio, annualised: mean over the root of the mean square of shortfalls, over *all* periods.

    Sortino and Price (1994), "Performance measurement in a downside risk framework", with cash as the minimum
    acceptable return; a period above it counts as a shortfall of zero.
    """
    downside = sqrt(np.mean(np.minimum(excess, 0.0) ** 2)) if len(excess) else 0.0
    return float(np.mean(excess)) / downside * sqrt(periods_per_year) if downside else None


def growth_rate(total_return: float, years: float, periods: int, periods_per_year: int) -> float | None:
    """Return the compound yearly growth; None for less than a year (but for a few holidays).

    Returns of shorter periods must not be annualised: Global Investment Performance Standards (2010), 5.A.4.
    """
    if periods < _ALMOST_A_YEAR * periods_per_year:
        return None
    return float((1.0 + total_return) ** (1.0 / years) - 1.0)


def calmar(growth: float | None, max_drawdown: float | None) -> float | None:
    """Return yearly growth over the maximum drawdown (Young 1991), here over the whole run."""
    return growth / max_drawdown if growth is not None and max_drawdown else None


def quality_number(profits: FloatColumn) -> float | None:
    """Return the system quality number: ``sqrt(n) * mean / standard deviation`` of the profits of n round trips.

    Tharp (2008), "The Definitive Guide to Position Sizing", with money in place of multiples of the initial risk and
    no cap on n.
    """
    if len(profits) < 2 or np.ptp(profits) == 0.0:
        return None
    return sqrt(len(profits)) * float(np.mean(profits)) / float(np.std(profits, ddof=1))
