"""Drop from training what a test could tell: López de Prado (2018), *Advances in Financial Machine Learning*, 7.4."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from mbats.errors.validation import LabelsWithoutEnd, NothingToTrainOn, TooFewMoments
from mbats.models.validation.split import Split

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mbats.market.columns import FlagColumn, IntColumn, TimeColumn

_NEVER = np.iinfo(np.int64).min


class Intervals(NamedTuple):
    """From decision to when the label was known, one a row, and the distinct decision moments, ascending."""

    start: TimeColumn
    end: TimeColumn
    moments: TimeColumn


def intervals(start: TimeColumn, end: TimeColumn | None, *, needed: int, splitter: str) -> Intervals:
    """Return label intervals that were looked through.

    Raises
    ------
    LabelsWithoutEnd
        An end is missing, NaN, NaT, or not after its start.
    TooFewMoments
        Fewer than `needed` decision moments.
    """
    starts, ends = _times(start), _times(np.full(len(start), _NEVER) if end is None else end)
    if len(ends) != len(starts):
        raise LabelsWithoutEnd(count=len(starts), rows=len(starts), row=0, why=f"there are {len(ends)} ends")
    wrong = ends <= starts
    if wrong.any():
        row = int(wrong.argmax())
        missing = ends[row] == _NEVER
        why = "it has no end" if missing else "its end is not after the decision, so it was made of nothing to come"
        raise LabelsWithoutEnd(count=int(wrong.sum()), rows=len(starts), row=row, why=why)
    moments = np.unique(starts)
    if len(moments) < needed:
        raise TooFewMoments(splitter=splitter, moments=len(moments), needed=needed)
    return Intervals(starts, ends, moments)


def blocks(rows: Intervals, count: int) -> IntColumn:
    """Return the number of each row's block, 0 to ``count - 1``: decision moments in parts of nearly equal size."""
    sizes = [len(part) for part in np.array_split(rows.moments, count)]
    of_moment = np.repeat(np.arange(count), sizes)
    return of_moment[np.searchsorted(rows.moments, rows.start)]


def purged(rows: Intervals, tests: Sequence[FlagColumn], embargo: int) -> FlagColumn:
    """Return which rows may be trained on beside the test blocks `tests`.

    Outside a block of all rows of neighbouring moments, a label meets one of the block's exactly if it meets the time
    from the block's first decision to its last label end; rows that are decided within `embargo` after that are left
    out, too.
    """
    free: FlagColumn = ~np.any(tests, axis=0)
    for test in tests:
        first, last = rows.start[test].min(), rows.end[test].max()
        free &= (rows.end < first) | (rows.start > last)
        free &= (rows.start <= last) | (rows.start > last + embargo)
    return free


def as_split(train: FlagColumn, test: FlagColumn, *, number: int, splitter: str) -> Split:
    """Return the row numbers; raises `NothingToTrainOn`."""
    if not train.any():
        raise NothingToTrainOn(splitter=splitter, number=number, tested=int(test.sum()))
    return Split(np.flatnonzero(train), np.flatnonzero(test))


def _times(column: NDArray[Any]) -> TimeColumn:
    """Return nanoseconds; what is no time (NaN, NaT) comes before all times."""
    if column.dtype.kind == "f":
        known = np.isfinite(column)
        return np.where(known, np.where(known, column, 0.0).astype(np.int64), _NEVER)
    return column.astype("datetime64[ns]").astype(np.int64) if column.dtype.kind == "M" else column.astype(np.int64)
