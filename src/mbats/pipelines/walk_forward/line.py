"""One instrument on its way through the steps of a walk-forward."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mbats.pipelines.walk_forward.composition import Part, compose, tail
from mbats.pipelines.walk_forward.ownership import timetable
from mbats.strategies.decision import decide_safely

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mbats.market.bars import Bars
    from mbats.market.columns import IntColumn
    from mbats.pipelines.walk_forward.windows import Step
    from mbats.strategies.signal import Signals, SignalStrategy


class Line:
    """Which step owns each row of an instrument, and what those steps decide there.

    Parameters
    ----------
    history, bars
        All bars, and those of the tests, which history ends with or holds: what lies before them warms indicators up.
    chosen
        Strategies by step; a step without one stays flat.

    Attributes
    ----------
    owner
        Number of the step that decides at each row, shape (n,); 0: nobody.
    """

    def __init__(self, history: Bars, bars: Bars, steps: Sequence[Step], chosen: Mapping[int, SignalStrategy]) -> None:
        self.bars, self.times = bars, timetable(steps, bars)
        self.owner = self.times.due.copy()
        self._history, self._chosen = history, chosen
        self._before = int(np.searchsorted(history.time, bars.time[0])) if len(bars) else 0
        self._parts: dict[int, Part] = {}

    def boundary(self, step: int) -> int:
        """Return the first row that is due to `step`; n where it has none."""
        return int(self.times.first[step - 1]) if step <= len(self.times.first) else len(self.bars)

    def hold(self, step: int, until: int) -> None:
        """Let who owns the last row before `step` keep the rows up to `until`; from there on, each step has its own."""
        start = self.boundary(step)
        self.owner[start:] = self.times.due[start:]
        if start:
            self.owner[start:until] = self.owner[start - 1]

    def signals(self, rows: int) -> Signals:
        """Return the composed signals of the first `rows` bars."""
        owner = self.owner[:rows]
        parts = [self._part(int(step), owner) for step in np.unique(owner) if int(step) in self._chosen]
        return compose(owner, parts, self.times, next(iter(self._chosen.values())).name)

    def _part(self, step: int, owner: IntColumn) -> Part:
        first, stop = self.boundary(step), int(np.flatnonzero(owner == step)[-1]) + 1
        known = self._parts.get(step)
        if known is None or first + len(known.signals) < stop:
            known = self._parts[step] = Part(step, first, self._decide(step, first, stop))
        return known

    def _decide(self, step: int, first: int, stop: int) -> Signals:
        whole = decide_safely(self._chosen[step], self._history.rows(0, self._before + stop))
        return tail(whole, self._before + first)
