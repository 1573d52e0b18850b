"""The axes of a sweep as a chart needs them: few enough values, each with a label."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbats.market.columns import IntColumn
    from mbats.reports.sweep_cells import SweepCells

_MOST_VALUES = 40
_INTERVALS = 20


@dataclass(frozen=True, slots=True)
class Axis:
    """One searched parameter.

    Attributes
    ----------
    labels
        Its values in order; intervals where there are too many.
    code
        Place of each cell's value among them, shape (n,).
    place
        Place of each cell's value among all distinct ones, shape (n,).
    ordered
        Whether the values are numbers, so that neighbours mean something.
    """

    name: str
    labels: tuple[str, ...]
    code: IntColumn
    place: IntColumn
    ordered: bool


def axes(cells: SweepCells) -> tuple[Axis, ...]:
    """Return the axes on which the cells differ, or all of them where they differ on none."""
    found = tuple(_axis(name, values) for name, values in cells.values.items())
    return tuple(axis for axis in found if len(axis.labels) > 1) or found


def _axis(name: str, values: Sequence[Any]) -> Axis:
    if not all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        return _named(name, [str(value) for value in values])
    distinct, place = np.unique(np.array(values, dtype=np.float64), return_inverse=True)
    if len(distinct) <= _MOST_VALUES:
        return Axis(name, tuple(f"{value:g}" for value in distinct), place, place, ordered=True)
    if all(isinstance(value, int) for value in values):
        return _whole(name, distinct.astype(np.int64), place)
    edges = np.linspace(distinct[0], distinct[-1], _INTERVALS + 1)
    code = np.clip(np.searchsorted(edges, distinct, side="right") - 1, 0, _INTERVALS - 1)[place]
    labels = tuple(f"{low:.3g} to {high:.3g}" for low, high in pairwise(edges.tolist()))
    return Axis(name, labels, code, place, ordered=True)


def _whole(name: str, distinct: IntColumn, place: IntColumn) -> Axis:
    """Return intervals of whole numbers, both ends included, all but the last of one length."""
    low, high = int(distinct[0]), int(distinct[-1])
    length = -(-(high - low + 1) // _INTERVALS)
    labels = tuple(f"{first} to {min(first + length - 1, high)}" for first in range(low, high + 1, length))
    return Axis(name, labels, ((distinct - low) // length)[place], place, ordered=True)


def _named(name: str, values: Sequence[str]) -> Axis:
    labels = tuple(dict.fromkeys(values))
    code = np.array([labels.index(value) for value in values], dtype=np.int64)
    return Axis(name, labels, code, code, ordered=False)
