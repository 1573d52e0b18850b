"""What makes one cell better than another, by names of figures; text is taken apart by hand and never run."""

from __future__ import annotations

import difflib
import operator
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mbats.errors.sweep import ConstraintSyntax, UnknownFigure

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}
_CONSTRAINT = re.compile(r"\s*(\w+)\s*(>=|<=|>|<)\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d{1,3})?)\s*", re.IGNORECASE)
_BETTER_SMALL = ("max_drawdown", "volatility", "cost", "underwater")
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class Constraint:
    """A bound on one figure; an undefined figure keeps none."""

    figure: str
    comparison: str
    bound: float

    def met(self, figures: Mapping[str, float | None]) -> bool:
        """Tell whether a cell's figures keep within the bound."""
        value = figures.get(self.figure)
        return value is not None and _COMPARISONS[self.comparison](value, self.bound)

    def __str__(self) -> str:
        return f"{self.figure}{self.comparison}{self.bound:g}"


@dataclass(frozen=True, slots=True)
class Objective:
    """A figure to make large (or small, where small is better) among cells that meet all constraints."""

    figure: str
    constraints: tuple[Constraint, ...] = ()

    @property
    def minimise(self) -> bool:
        """Whether less of the figure is better: drawdowns, volatility, costs."""
        return self.figure.startswith(_BETTER_SMALL) or self.figure.endswith("_cost")

    def value(self, figures: Mapping[str, float | None]) -> float | None:
        """Return how good a cell is, more is better; None where that is undefined or a constraint is broken."""
        found = figures.get(self.figure)
        if found is None or not all(constraint.met(figures) for constraint in self.constraints):
            return None
        return -found if self.minimise else found


def objective(figure: str, constraints: Iterable[str], known: Collection[str]) -> Objective:
    """Return the objective that a person stated.

    Raises
    ------
    UnknownFigure
        `figure`, or one in `constraints`, is not among `known`.
    ConstraintSyntax
        A constraint is not of the form ``trades>=30``.
    """
    return Objective(_known(figure, known), tuple(_constraint(text, known) for text in constraints))


def _constraint(text: str, known: Collection[str]) -> Constraint:
    found = _CONSTRAINT.fullmatch(text) if len(text) <= _LONGEST else None
    if found is None:
        raise ConstraintSyntax(text=text[:_LONGEST])
    figure, comparison, bound = found.groups()
    return Constraint(_known(figure, known), comparison, float(bound))


def _known(figure: str, known: Collection[str]) -> str:
    if figure in known:
        return figure
    close = difflib.get_close_matches(figure, known, n=1)
    near = f"Did you mean {close[0]}? " if close else ""
    raise UnknownFigure(name=figure[:_LONGEST], near=near, known=", ".join(known))
