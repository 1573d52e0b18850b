"""The information coefficient: the correlation of a score with what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.stats import rankdata, t

from mbats.models.metrics.long_run import uncertainty

if TYPE_CHECKING:
    from mbats.market.columns import FloatColumn, TimeColumn

CONFIDENCE = 0.95


class Information(NamedTuple):
    """An information coefficient; None where it, or its uncertainty, is undefined.

    Attributes
    ----------
    value
        The correlation, -1 to 1.
    t
        Value over standard error, which knows of overlapping labels and of instruments that move together.
    low, high
        Ends of the 95 % confidence interval.
    p
        How often no relation at all would show a value as far from 0, on either side.
    effective
        Number of independent rows that would leave as much uncertainty.
    freedom
        Degrees of freedom of `t`.
    """

    value: float | None = None
    t: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    effective: float | None = None
    freedom: int | None = None


def information_coefficient(
    score: FloatColumn,
    outcome: FloatColumn,
    weight: FloatColumn | None = None,
    start: TimeColumn | None = None,
    end: TimeColumn | None = None,
) -> Information:
    """Return Pearson's correlation, weighted; its uncertainty only where the labels say when they began and ended.

    The standard error is that of the average of the correlation's influence function, ``x y - r (x^2 + y^2) / 2`` in
    standard units (Hampel 1974, "The influence curve and its role in robust estimation", Journal of the American
    Statistical Association 69), by `mbats.models.metrics.long_run.uncertainty`.
    """
    weights = np.ones(len(score)) if weight is None else weight
    if len(score) < 2 or weights.sum() <= 0.0:
        return Information()
    share = weights / weights.sum()
    x, y = _standardised(score, share), _standardised(outcome, share)
    if x is None or y is None:
        return Information()
    value = float(np.clip(share @ (x * y), -1.0, 1.0))
    if start is None or end is None:
        return Information(value)
    influence = share * (x * y - value * (x**2 + y**2) / 2.0)
    return _with_uncertainty(value, influence, start, end)


def rank_information_coefficient(
    score: FloatColumn,
    outcome: FloatColumn,
    weight: FloatColumn | None = None,
    start: TimeColumn | None = None,
    end: TimeColumn | None = None,
) -> Information:
    """Return Spearman's correlation: Pearson's of the average ranks, weighted."""
    return information_coefficient(rankdata(score), rankdata(outcome), weight, start, end)


def _standardised(column: FloatColumn, share: FloatColumn) -> FloatColumn | None:
    if np.ptp(column) == 0.0:
        return None
    centred = column - share @ column
    deviation = np.sqrt(share @ centred**2)
    return centred / deviation if deviation > 0.0 else None


def _with_uncertainty(value: float, influence: FloatColumn, start: TimeColumn, end: TimeColumn) -> Information:
    found = uncertainty(influence, start, end)
    if found is None or found.error == 0.0:
        return Information(value)
    ratio, reach = value / found.error, float(t.ppf((1 + CONFIDENCE) / 2, found.freedom)) * found.error
    return Information(
        value=value,
        t=ratio,
        low=max(value - reach, -1.0),
        high=min(value + reach, 1.0),
        p=float(2.0 * t.sf(abs(ratio), found.freedom)),
        effective=((1.0 - value**2) / found.error) ** 2,
        freedom=found.freedom,
    )
