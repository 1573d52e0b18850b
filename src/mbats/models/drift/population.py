from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mbats.market.columns import FloatColumn

BINS = 10
FLOOR = 1e-4
"""What an empty bin counts as: a share of zero would make the index infinite."""
MODERATE, MAJOR = 0.1, 0.25
"""Siddiqi's rule of thumb: below 0.1 stable, from 0.25 on another population."""


def population_stability(reference: FloatColumn, late: FloatColumn, bins: int = BINS) -> float | None:
    """Return how far a column's distribution has moved from the one that a model was trained on.

    Bins are the deciles of `reference`, the outer ones open; values that are no number have a bin of their own where
    there are any. Deciles that fall together (a flag, a weekday) make one bin.

    Parameters
    ----------
    reference, late
        Shapes (n,) and (m,).

    Returns
    -------
    float | None
        None where either is empty.
    """
    if not len(reference) or not len(late):
        return None
    numbers = reference[np.isfinite(reference)]
    edges = np.unique(np.quantile(numbers, np.arange(1, bins) / bins)) if len(numbers) else np.empty(0)
    return stability_index(_shares(reference, edges), _shares(late, edges))


def stability_index(expected: FloatColumn, actual: FloatColumn) -> float:
    """Return the population stability index of two rows of shares, one a bin.

    ``sum_i (a_i - e_i) ln(a_i / e_i)``: Siddiqi (2006), "Credit risk scorecards", chapter 9; the symmetric divergence
    of Jeffreys (1946), as Yurdakul and Naranjo (2020), "Statistical properties of the population stability index",
    Journal of Risk Model Validation 14(4), equation 1, show. Shares below `FLOOR` count as `FLOOR`; a bin that is empty
    in both does not count.
    """
    used = (expected > 0) | (actual > 0)
    e, a = np.maximum(expected[used], FLOOR), np.maximum(actual[used], FLOOR)
    return float(np.sum((a - e) * np.log(a / e)))


def _shares(values: FloatColumn, edges: NDArray[Any]) -> FloatColumn:
    """Return the share of each bin, upper ends included, and last that of values that are no number."""
    finite = np.isfinite(values)
    place = np.where(finite, np.searchsorted(edges, values, side="left"), len(edges) + 1)
    shares: FloatColumn = np.bincount(place, minlength=len(edges) + 2) / len(values)
    return shares
