"""Whether the best cell stands on a plateau or on a lonely peak."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mbats.reports.numerals import count, defined, number, percent
from mbats.reports.sweep_axes import axes
from mbats.reports.sweep_cells import spoken

if TYPE_CHECKING:
    from mbats.market.columns import FloatColumn, IntColumn
    from mbats.reports.sweep_cells import SweepCells

_NEAREST = 8
_PLATEAU = 0.5
"""Share of the best cell's objective that its neighbours have to keep on average, and of them that has to gain."""


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """The cells around the best one, by the objective.

    Attributes
    ----------
    cells
        How many neighbours were judged; those that are not ranked count as no better than any ranked cell.
    best, mean, worst
        The objective at the best cell, on average around it, and at its worst neighbour.
    positive
        Share of the neighbours with an objective above zero; None where less is better.
    kept
        What the neighbours keep on average of the best cell's objective; where less is better, its share of theirs.
        None where the best cell itself gains nothing.
    """

    objective: str
    cells: int
    best: float
    mean: float
    worst: float
    positive: float | None
    kept: float | None

    @property
    def lonely(self) -> bool:
        """Whether the best cell is a lonely peak."""
        return (defined(self.kept) and self.kept < _PLATEAU) or (defined(self.positive) and self.positive < _PLATEAU)

    @property
    def sentence(self) -> str:
        """Say what the neighbours say of the best cell."""
        above = f"; {percent(self.positive, 0)} of them stay above zero" if defined(self.positive) else ""
        around = (
            f"Around the best cell ({spoken(self.objective)} {number(self.best)}), {count(self.cells, 'neighbour')} "
            f"show {number(self.mean)} on average and {number(self.worst)} at worst{above}."
        )
        if not defined(self.kept):
            return f"{around} The best cell itself gains nothing."
        kind = "It is a lonely peak, as chance makes them" if self.lonely else "It is no lonely peak"
        return f"{around} {kind}."


def neighbourhood(cells: SweepCells) -> Neighbourhood | None:
    """Return what lies around the best cell; None where no cell is ranked or nothing lies around it.

    In a grid these are the cells at most one step away on each axis; otherwise the nearest ones, at least eight, by the
    largest difference in rank on any axis.
    """
    best = cells.best
    if best is None or len(cells) < 2:
        return None
    near = _near(cells, best)
    if not len(near):
        return None
    ranked = cells.score[np.isfinite(cells.score)]
    around, sign = np.nan_to_num(cells.score[near], nan=float(ranked.min())), -1.0 if cells.minimise else 1.0
    top, mean = sign * float(cells.score[best]), sign * float(around.mean())
    return Neighbourhood(
        objective=cells.objective,
        cells=len(near),
        best=top,
        mean=mean,
        worst=sign * float(around.min()),
        positive=None if cells.minimise else float(np.mean(around > 0)),
        kept=None if top <= 0 else (top / mean if cells.minimise else mean / top),
    )


def _near(cells: SweepCells, best: int) -> IntColumn:
    distance = _distance(cells, best)
    distance[best] = np.inf
    if cells.search == "grid":
        return np.flatnonzero(distance <= 1)
    nearest = max(_NEAREST, 2 * len(cells.values))
    return np.argsort(distance, kind="stable")[: min(nearest, len(cells) - 1)]


def _distance(cells: SweepCells, best: int) -> FloatColumn:
    """Return how far each cell is from the best one: steps on a grid, shares of an axis's length otherwise."""
    distance = np.zeros(len(cells))
    for axis in axes(cells):
        steps = np.abs(axis.place - axis.place[best]).astype(np.float64)
        if not axis.ordered:
            steps = np.minimum(steps, 1.0)
        elif cells.search != "grid":
            steps /= max(int(axis.place.max()), 1)
        distance = np.maximum(distance, steps)
    return distance
