"""How much worse trading may get before nothing is left, as a table."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from mbats.reports.numerals import number

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class StressPoint:
    """Net profit and Sharpe ratio at one level of stress; the ratio is None where it is undefined."""

    level: float
    net: float
    sharpe: float | None


@dataclass(frozen=True, slots=True)
class StressTest:
    """What becomes of a run as one thing gets worse.

    Attributes
    ----------
    points
        By level, ascending.
    """

    name: str
    unit: str
    points: tuple[StressPoint, ...]
    currency: str

    @property
    def break_even(self) -> float | None:
        """The level at which net profit crosses zero, on the straight line between the two levels around it.

        None where it does not cross between the levels that were simulated.
        """
        for before, after in pairwise(self.points):
            if before.net > 0.0 >= after.net or before.net < 0.0 <= after.net:
                return before.level + (after.level - before.level) * before.net / (before.net - after.net)
        return None


@dataclass(frozen=True, slots=True)
class StressLine:
    """One row of the table: name, level, net profit, Sharpe ratio and, in the first row of a test, its break-even."""

    name: str
    level: str
    net: str
    sharpe: str
    break_even: str


def stress_lines(tests: Sequence[StressTest]) -> tuple[StressLine, ...]:
    """Return the rows of all tests."""
    return tuple(
        StressLine(
            test.name if first else "",
            f"{point.level:g} {test.unit}",
            number(point.net, signed=True),
            number(point.sharpe),
            _break_even(test) if first else "",
        )
        for test in tests
        for point in test.points
        for first in [point is test.points[0]]
    )


def _break_even(test: StressTest) -> str:
    crossing = test.break_even
    if crossing is not None:
        return f"{number(crossing)} {test.unit}"
    ends = f"{test.points[0].level:g} to {test.points[-1].level:g} {test.unit}"
    return f"loses at all of {ends}" if test.points[0].net <= 0 else f"none within {ends}"
