"""What was decided before the orders of a trade, and what the strategy saw."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from mbats.execution.order import Reason
from mbats.ledger.decisions import Decisions
from mbats.ledger.journal import Kind
from mbats.market.local_time import moment

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from mbats.ledger.journal import Journal
    from mbats.pipelines.passport.events import Family


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision, bit for bit as the journal has it.

    Attributes
    ----------
    row
        Of the journal.
    at
        When its bar was known.
    units
        Signed, as wanted.
    close
        Of the bar that it was decided on.
    stop, target
        Prices, before they were rounded to the instrument's tick; NaN without.
    reason
        Why nothing was sent; empty where something was.
    values
        What the strategy showed of itself: indicators, a model's score; NaN where it had none.
    """

    row: int
    at: datetime
    time: int
    instrument: str
    units: float
    close: float
    stop: float
    target: float
    reason: str
    values: Mapping[str, float] = field(default_factory=dict)


def decisions(journal: Journal, found: Family) -> tuple[Decided, ...]:
    """Return the decisions behind a trade, the one that opened it first; none where the strategy tells none."""
    known = Decisions(journal)
    ordered = [row for order in found.orders if (row := known.ordered(order)) is not None]
    rows = {known.behind(row) for row in ordered if not journal.parent[row]}
    return tuple(decided(journal, row) for row in sorted(row for row in rows if row is not None))


def decided(journal: Journal, row: int) -> Decided:
    """Return the decision that stands in a row of the journal."""
    number = int(np.searchsorted(journal.rows(Kind.DECISION), row))
    [event] = journal.events(np.array([row]))
    return Decided(
        row=row,
        at=moment(event.time),
        time=event.time,
        instrument=journal.instruments[event.instrument],
        units=event.units,
        close=event.price,
        stop=event.stop,
        target=event.target,
        reason=Reason(event.reason).name.lower().replace("_", " ") if event.reason else "",
        values={name: float(column[number]) for name, column in journal.extras.items()},
    )
