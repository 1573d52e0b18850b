"""How much of each label is its own: labels of one instrument that overlap share returns, and are no independent rows.

Concurrency and average uniqueness of Lopez de Prado, "Advances in Financial Machine Learning" (2018), 4.3 and 4.4; the
weights by return attribution, 4.6. One pass over bars and one over labels instead of a matrix of both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from mbats.market.columns import FloatColumn, IntColumn, TimeColumn


def weights(start: TimeColumn, end: TimeColumn, known_at: TimeColumn) -> FloatColumn:
    """Return the average uniqueness of labels of one instrument, shape (n,), each above 0 and at most 1.

    Their sum is how many independent labels they are worth.

    Parameters
    ----------
    start, end
        Of each label, nanoseconds UTC: it is made of the bars known after `start` and not after `end`.
    known_at
        When each bar of the instrument was known, ascending.
    """
    first, last = spans(start, end, known_at)
    return average_uniqueness(first, last, len(known_at))


def spans(start: TimeColumn, end: TimeColumn, known_at: TimeColumn) -> tuple[IntColumn, IntColumn]:
    """Return the first and the last bar that each label is made of."""
    first = np.searchsorted(known_at, start, side="right")
    last = np.searchsorted(known_at, end, side="right") - 1
    return first, last


def concurrency(first: IntColumn, last: IntColumn, length: int) -> IntColumn:
    """Return how many labels each of `length` bars is in; a label has the bars ``first .. last``, both included."""
    steps = np.bincount(first, minlength=length + 1)[: length + 1]
    return np.cumsum(steps - np.bincount(last + 1, minlength=length + 1))[:length]


def average_uniqueness(first: IntColumn, last: IntColumn, length: int) -> FloatColumn:
    """Return the mean over each label's bars of one over their concurrency, shape (n,)."""
    return _sums(_shares(first, last, length), first, last) / (last - first + 1)


def attributed_returns(first: IntColumn, last: IntColumn, log_return: FloatColumn) -> FloatColumn:
    """Return the absolute log return that is each label's own, every bar's shared among its labels, shape (n,).

    Parameters
    ----------
    log_return
        Of each bar.
    """
    return np.abs(_sums(log_return * _shares(first, last, len(log_return)), first, last))


def _shares(first: IntColumn, last: IntColumn, length: int) -> FloatColumn:
    """Return one over the concurrency of each bar; 0 where there is no label."""
    count = concurrency(first, last, length)
    return np.divide(1.0, count, out=np.zeros(length), where=count > 0)


def _sums(values: FloatColumn, first: IntColumn, last: IntColumn) -> FloatColumn:
    total = np.zeros(len(values) + 1)
    np.cumsum(values, out=total[1:])
    sums: FloatColumn = total[last + 1] - total[first]
    return sums
