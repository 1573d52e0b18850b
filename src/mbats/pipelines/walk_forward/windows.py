"""Where the windows lie: each test follows its training, the tests follow one another without a hole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mbats.errors.walk_forward import WindowsDoNotFit
from mbats.pipelines.walk_forward.length import after, day_end_before
from mbats.secmaster.moments import moment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mbats.market.bars import Bars
    from mbats.market.columns import TimeColumn
    from mbats.pipelines.walk_forward.length import Length


@dataclass(frozen=True, slots=True)
class Window:
    """A half-open range of time ``[start, end)``, nanoseconds UTC; both lie at 17:00 New York."""

    start: int
    end: int

    def bars(self, bars: Bars) -> slice:
        """Return the rows that open at or after the start and are known by the end."""
        first = int(np.searchsorted(bars.time, self.start, side="left"))
        return slice(first, max(first, int(np.searchsorted(bars.known_at, self.end, side="right"))))


@dataclass(frozen=True, slots=True)
class Step:
    """One turn: choose parameters on `train`, trade them on `test`.

    Attributes
    ----------
    number
        From 1.
    """

    number: int
    train: Window
    test: Window


@dataclass(frozen=True, slots=True)
class Plan:
    """How windows are laid out.

    Attributes
    ----------
    train, test
        Lengths. The next test begins where one ends.
    gap
        Left out between a training and its test, so that what was known late in one cannot help in the other.
    anchored
        Whether every training begins with the first bar, and so grows, instead of moving along.
    """

    train: Length
    test: Length
    gap: Length | None = None
    anchored: bool = False

    def steps(self, known: TimeColumn, first: int) -> tuple[Step, ...]:
        """Return the steps that bars have room for; the last test may be shorter than the others.

        Parameters
        ----------
        known
            Moments at which bars of any instrument become known, ascending, nanoseconds UTC.
        first
            When the first bar opens.

        Raises
        ------
        WindowsDoNotFit
            The bars end before the first test begins.
        """
        steps = tuple(self._steps(known, day_end_before(first)))
        if not steps:
            gap = f" and a gap of {self.gap.words}" if self.gap else ""
            ends = (moment(first), moment(int(known[-1])))
            raise WindowsDoNotFit(train=self.train.words, gap=gap, first=ends[0], last=ends[1])
        return steps

    def _steps(self, known: TimeColumn, origin: int) -> Iterator[Step]:
        last = int(known[-1])
        begin = after(origin, self.train, known)
        begin = after(begin, self.gap, known) if self.gap else begin
        number, start = 1, begin
        while start < last:
            # Counted from the first test each time, so that ends of months do not wander.
            end = after(begin, self.test.times(number), known)
            yield Step(number, self._training(start, origin, known), Window(start, min(end, last)))
            number, start = number + 1, end

    def _training(self, test: int, origin: int, known: TimeColumn) -> Window:
        end = after(test, self.gap.times(-1), known) if self.gap else test
        return Window(origin if self.anchored else max(origin, after(end, self.train.times(-1), known)), end)
