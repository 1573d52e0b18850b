"""Which step's parameters decide at a bar, and when a step lets go of an instrument."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from mbats.execution.order import Role
from mbats.ledger.positions import DUST, positions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbats.ledger.journal import Journal
    from mbats.ledger.positions import Positions
    from mbats.market.bars import Bars
    from mbats.market.columns import IntColumn, TimeColumn
    from mbats.pipelines.walk_forward.windows import Step


@dataclass(frozen=True, slots=True)
class Timetable:
    """Which step is due at the bars of one instrument.

    Attributes
    ----------
    due
        Number of the step in whose test the decision at each bar lies, shape (n,): a bar known at a boundary is
        decided on by the step that begins there.
    first
        By step, from 0: the first row that is due to it.
    last
        By step, from 0: the last row whose bar opens before the step's test is over; what is sent at it would act
        only later. n where no boundary follows in these bars.
    """

    due: IntColumn
    first: IntColumn
    last: IntColumn


def timetable(steps: Sequence[Step], bars: Bars) -> Timetable:
    """Return the timetable of `bars`, which begin in the first test."""
    starts = np.array([step.test.start for step in steps])
    due = np.maximum(np.searchsorted(starts, bars.known_at, side="right"), 1)
    first = np.searchsorted(due, np.arange(1, len(steps) + 1), side="left")
    last = np.append(np.searchsorted(bars.time, starts[1:], side="left") - 1, len(bars))
    last[:-1][starts[1:] > bars.known_at[-1:].max(initial=0)] = len(bars)
    return Timetable(due, first, last)


def released(held: Positions, bars: Bars, boundary: int) -> int:
    """Return the first row from `boundary` on at whose close the instrument of `bars` is flat; n: it never is.

    Parameters
    ----------
    held
        Positions after each fill of the account, from `settled`.
    """
    chosen = np.array(held.instruments)[held.instrument] == bars.instrument.symbol
    # A fill inside a bar bears the bar's opening time, so it shows in the first row known later.
    shown = np.searchsorted(bars.known_at, held.time[chosen], side="right")
    units = np.append(0.0, held.units[chosen])
    rows = np.arange(boundary, len(bars))
    flat = np.abs(units[np.searchsorted(shown, rows, side="right")]) < DUST
    return boundary + int(flat.argmax()) if flat.any() else len(bars)


def settled(journal: Journal) -> Positions:
    """Return the positions of a journal, a closeout at the moment before the close at which it happened."""
    held = positions(journal)
    at_close: TimeColumn = (journal.role[held.row] == Role.CLOSEOUT).astype(np.int64)
    return replace(held, time=held.time - at_close)
