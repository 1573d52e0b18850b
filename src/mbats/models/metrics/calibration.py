"""Whether scores mean what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbats.market.columns import FloatColumn

BINS = 10


class Bin(NamedTuple):
    """Rows of neighbouring scores.

    Attributes
    ----------
    low, high
        Smallest and largest score in it.
    rows, weight
        Their number and summed weight.
    predicted, observed
        Weighted means of the scores, and of what came true: the share of the upper class, or the mean number.
    """

    low: float
    high: float
    rows: int
    weight: float
    predicted: float
    observed: float


def calibration_table(
    score: FloatColumn, truth: FloatColumn, weight: FloatColumn | None = None, bins: int = BINS
) -> Sequence[Bin]:
    """Return at most `bins` bins of about as many rows each, by ascending score; equal scores are never divided."""
    weights = np.ones(len(score)) if weight is None else weight
    edges = np.unique(np.quantile(score, np.linspace(0, 1, bins + 1))) if len(score) else np.zeros(0)
    place = np.searchsorted(edges[1:-1], score)
    groups = [place == number for number in np.unique(place)]
    return [_bin(score[rows], truth[rows], weights[rows]) for rows in groups if weights[rows].sum() > 0.0]


def calibration_error(table: Sequence[Bin]) -> float | None:
    """Return the expected calibration error: the mean distance of predicted and observed, by the bins' weights.

    Naeini, Cooper and Hauskrecht (2015), "Obtaining well calibrated probabilities using Bayesian binning", AAAI.
    """
    total = sum(each.weight for each in table)
    return sum(each.weight * abs(each.predicted - each.observed) for each in table) / total if total else None


def _bin(score: FloatColumn, truth: FloatColumn, weight: FloatColumn) -> Bin:
    low, high, total = float(score.min()), float(score.max()), float(weight.sum())
    return Bin(low, high, len(score), total, float(weight @ score) / total, float(weight @ truth) / total)
