"""How sure one may be of an average of terms that depend on one another."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from mbats.market.columns import FloatColumn, TimeColumn

_LEAST = 2


class Uncertainty(NamedTuple):
    """Standard error of a sum, and how many degrees of freedom Student's t has for it."""

    error: float
    freedom: int


def uncertainty(terms: FloatColumn, start: TimeColumn, end: TimeColumn) -> Uncertainty | None:
    """Return the standard error of ``terms.sum()``, where labels overlap in time and instruments move together.

    Terms of one decision moment are summed first, whatever their instrument, since instruments share their news
    (Driscoll and Kraay 1998, "Consistent covariance matrix estimation with spatially dependent panel data", Review of
    Economics and Statistics 80). The variance of the sum over time is then the average of the first `v` squared cosine
    coefficients, and the ratio has Student's t with `v` degrees of freedom: Lazarus, Lewis, Stock and Watson (2018),
    "HAR inference: recommendations for practice", Journal of Business & Economic Statistics 36, equations 9 to 12, with
    their ``v = 0.4 T^(2/3)``, but at most ``T / (4 h)``, where `h` is the largest number of moments that a label spans:
    the spectrum of an overlap of `h` falls from there on.

    Parameters
    ----------
    terms
        Of average zero, one a row, shape (n,).
    start, end
        Label intervals, nanoseconds UTC, shape (n,).

    Returns
    -------
    Uncertainty | None
        None where the time holds fewer than two degrees of freedom.
    """
    moments, place = np.unique(start, return_inverse=True)
    spans = np.searchsorted(moments, end, side="left") - place
    count = len(moments)
    freedom = int(min(ceil(0.4 * count ** (2 / 3)), count // (4 * max(int(spans.max(initial=1)), 1))))
    if freedom < _LEAST:
        return None
    sums = np.bincount(place, weights=terms, minlength=count)
    phase = np.pi * (np.arange(count) + 0.5) / count
    squares = [2.0 * float(np.cos(phase * number) @ sums) ** 2 for number in range(1, freedom + 1)]
    return Uncertainty(float(np.sqrt(np.mean(squares))), freedom)
