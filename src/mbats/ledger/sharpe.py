"""The Sharpe ratio and how sure one may be of it."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from mbats.market.columns import FloatColumn

CONFIDENCE = 0.95


class Sharpe(NamedTuple):
    """An annualised Sharpe ratio with the ends of its confidence interval."""

    ratio: float
    low: float
    high: float


class Moments(NamedTuple):
    """Mean, standard deviation (n - 1), skewness and raw kurtosis (3: normal) of a row of returns."""

    mean: float
    deviation: float
    skewness: float
    kurtosis: float


def moments(returns: FloatColumn) -> Moments | None:
    """Return the moments of `returns`; None for fewer than two or when all are equal."""
    if len(returns) < 2 or np.ptp(returns) == 0.0:
        return None
    mean = float(np.mean(returns))
    centred = returns - mean
    square = centred * centred  # products, since powers of a column cost thirty times as much
    variance = float(np.mean(square))
    skewness = float(np.mean(square * centred)) / variance**1.5
    kurtosis = float(np.mean(square * square)) / variance**2
    return Moments(mean, float(np.std(returns, ddof=1)), skewness, kurtosis)


def over_cash(returns: FloatColumn, cash_rate: float, periods_per_year: int) -> FloatColumn:
    """Return `returns` less those of cash at the yearly `cash_rate`, compounded every period."""
    of_a_period: float = (1.0 + cash_rate) ** (1.0 / periods_per_year) - 1.0
    return returns - of_a_period


def sharpe(excess: FloatColumn, periods_per_year: int, confidence: float = CONFIDENCE) -> Sharpe | None:
    """Return the Sharpe ratio of returns over cash, annualised by the square root of time, and its interval.

    Sharpe (1994), "The Sharpe ratio": mean over standard deviation of excess returns. Its standard error is
    ``sqrt((1 - g3 SR + (g4 - 1) / 4 SR**2) / (T - 1))`` with the per-period ratio SR, skewness g3 and raw kurtosis g4:
    Mertens (2002), "Comments on variance of the IID estimator in Lo (2002)", for independent returns of any shape;
    Opdyke (2007), "Comparing Sharpe ratios: so where are the p-values?", shows that it holds for stationary ones;
    T - 1 as in Bailey and Lopez de Prado (2012), "The Sharpe ratio efficient frontier". For normal returns it is that
    of Lo (2002), "The statistics of Sharpe ratios", section "IID returns": ``(1 + SR**2 / 2) / T``.

    Parameters
    ----------
    excess
        Returns less those of cash, one a period, shape (T,).

    Returns
    -------
    Sharpe | None
        None for fewer than two returns, or when all are equal.
    """
    shape = moments(excess)
    if shape is None:
        return None
    ratio = shape.mean / shape.deviation
    error = sqrt((1 - shape.skewness * ratio + (shape.kurtosis - 1) / 4 * ratio**2) / (len(excess) - 1))
    half = NormalDist().inv_cdf((1 + confidence) / 2) * error
    yearly = sqrt(periods_per_year)
    return Sharpe(ratio * yearly, (ratio - half) * yearly, (ratio + half) * yearly)
