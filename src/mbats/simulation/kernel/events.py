"""The journal as compiled code writes it: columns with room to spare, and one function for each kind of row."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from mbats.compiled import compilable
from mbats.execution.order import OrderType, Reason, Role
from mbats.ledger.journal import Journal, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbats.market.columns import CodeColumn, FloatColumn, IntColumn, TimeColumn

TALLY: Any = np.dtype(
    [
        ("events", np.int64),
        ("orders", np.int64),
        ("decisions", np.int64),
        ("bars", np.int64),
        ("day_end", np.int64),
        ("known", np.int64),
        ("unknown", np.int64),
        ("unknown_at", np.int64),
        ("cash", np.float64),
    ]
)
"""How far a run is: rows, orders and decisions written, bars done, which end of a trading day comes next, when the
present bars are known, currency (-1: none) and moment of a rate that nobody knows, the account's cash."""


class Events(NamedTuple):
    """Columns of the journal, as `mbats.ledger.journal.Journal` explains them, with room to spare.

    Attributes
    ----------
    row
        The joined bar row of each decision; only the first `decisions` count.
    whole
        Whether all rows are written; else only those that move money, and margin calls.
    """

    time: TimeColumn
    order: IntColumn
    parent: IntColumn
    row: IntColumn
    kind: CodeColumn
    instrument: CodeColumn
    strategy: CodeColumn
    role: CodeColumn
    type: CodeColumn
    reason: CodeColumn
    currency: CodeColumn
    units: FloatColumn
    price: FloatColumn
    stop: FloatColumn
    target: FloatColumn
    mid: FloatColumn
    slippage: FloatColumn
    pnl: FloatColumn
    amount: FloatColumn
    rate: FloatColumn
    whole: bool


class Paper(NamedTuple):
    """An order's standing facts, as every row about it repeats them."""

    instrument: int
    strategy: int
    number: int
    parent: int
    role: int
    type: int


_COLUMNS = Events._fields[:-1]
"""Those of `Events` that are columns."""


def room(events: Events) -> int:
    """Return how many rows there is room for; a column that holds one value may be longer."""
    return len(events.time)


def decided_rows(events: Events, tally: Any) -> IntColumn:
    """Return the joined bar row of each decision."""
    return events.row[: tally["decisions"]]


def journal(
    events: Events,
    tally: Any,
    names: tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]],
    extras: Mapping[str, FloatColumn],
) -> Journal:
    """Return the journal of what was written; `names` are those of instruments, strategies and currencies.

    Where most of the room would be kept for nothing, the rows of a whole journal are copied.
    """
    used = int(tally["events"])
    spares = events.whole and 2 * used < room(events)
    columns = {name: getattr(events, name)[:used] for name in _COLUMNS if name != "row"}
    if spares:
        columns = {name: column.copy() for name, column in columns.items()}
    return Journal(*names, **columns, extras=extras)


def record(
    events: Events,
    tally: Any,
    time: int,
    kind: int,
    paper: Paper,
    reason: int,
    currency: int,
    units: float,
    price: float,
    stop: float,
    target: float,
    mid: float,
    slippage: float,
    pnl: float,
    amount: float,
    rate: float,
) -> None:
    """Append a row; whoever runs sees to it that there is room."""
    at = np.uint64(tally.events)  # without a sign: no look whether it counts from the end
    tally.events += 1
    events.time[at] = time
    events.order[at] = paper.number
    events.parent[at] = paper.parent
    events.kind[at] = kind
    events.instrument[at] = paper.instrument
    events.strategy[at] = paper.strategy
    events.role[at] = paper.role
    events.type[at] = paper.type
    events.reason[at] = reason
    events.currency[at] = currency
    events.units[at] = units
    events.price[at] = price
    events.stop[at] = stop
    events.target[at] = target
    events.mid[at] = mid
    events.slippage[at] = slippage
    events.pnl[at] = pnl
    events.amount[at] = amount
    events.rate[at] = rate


def decided(
    events: Events,
    tally: Any,
    time: int,
    place: tuple[int, int],
    row: int,
    units: float,
    close: float,
    stop: float,
    target: float,
    reason: int,
) -> None:
    """Record a decision of `place` (instrument, strategy) at a joined bar row; with a reason, also its block."""
    if not events.whole:
        return
    paper = Paper(place[0], place[1], 0, 0, 0, 0)
    events.row[tally.decisions] = row
    tally.decisions += 1
    record(events, tally, time, Kind.DECISION.value, paper, 0, -1, units, close, stop, target, *_NO_FILL)
    if reason != Reason.NONE.value:
        record(events, tally, time, Kind.BLOCKED.value, paper, reason, -1, units, close, stop, target, *_NO_FILL)


def ordered(
    events: Events, tally: Any, time: int, paper: Paper, units: float, price: float, stop: float, target: float
) -> None:
    """Record a new order; its number is in `paper`."""
    if events.whole:
        record(events, tally, time, Kind.ORDER.value, paper, 0, -1, units, price, stop, target, *_NO_FILL)


def numbered(tally: Any) -> int:
    """Return the number of a new order."""
    tally.orders += 1
    return int(tally.orders)


def ended(events: Events, tally: Any, time: int, kind: int, paper: Paper, reason: int) -> None:
    """Record the end of an order that was not filled."""
    if events.whole:
        record(events, tally, time, kind, paper, reason, -1, math.nan, math.nan, math.nan, math.nan, *_NO_FILL)


def replaced(events: Events, tally: Any, time: int, paper: Paper, units: float, price: float) -> None:
    """Record that an order stands at another price now."""
    if events.whole:
        record(events, tally, time, Kind.REPLACE.value, paper, 0, -1, units, price, math.nan, math.nan, *_NO_FILL)


def filled(
    events: Events,
    tally: Any,
    time: int,
    paper: Paper,
    currency: int,
    units: float,
    price: float,
    mid: float,
    slippage: float,
    pnl: float,
    rate: float,
) -> None:
    """Record a fill."""
    kind, no = Kind.FILL.value, math.nan
    record(events, tally, time, kind, paper, 0, currency, units, price, no, no, mid, slippage, pnl, 0.0, rate)


def paid(events: Events, tally: Any, time: int, paper: Paper, currency: int, amount: float, rate: float) -> None:
    """Record a fee of an order, `amount` below zero when paid; nothing for 0."""
    if amount != 0.0:
        _flow(events, tally, time, Kind.FEE.value, paper, currency, amount, rate)


def financed(
    events: Events, tally: Any, time: int, place: tuple[int, int], currency: int, amount: float, rate: float
) -> None:
    """Record the financing of a position."""
    _flow(events, tally, time, Kind.FINANCING.value, Paper(place[0], place[1], 0, 0, 0, 0), currency, amount, rate)


def margin_called(events: Events, tally: Any, time: int, place: tuple[int, int], units: float) -> None:
    """Record that the venue is about to close a position of `units`."""
    paper = Paper(place[0], place[1], 0, 0, Role.CLOSEOUT.value, OrderType.MARKET.value)
    kind, reason, no = Kind.MARGIN_CALL.value, Reason.MARGIN_CLOSEOUT.value, math.nan
    record(events, tally, time, kind, paper, reason, -1, units, no, no, no, *_NO_FILL)


def _flow(
    events: Events, tally: Any, time: int, kind: int, paper: Paper, currency: int, amount: float, rate: float
) -> None:
    no = math.nan
    record(events, tally, time, kind, paper, 0, currency, no, no, no, no, no, 0.0, 0.0, amount, rate)


_NO_FILL = (math.nan, 0.0, 0.0, 0.0, math.nan)
"""Mid, slippage, profit, amount and rate of a row that moves no money."""


compilable(room, record, decided, ordered, numbered, ended, replaced, filled, paid, financed, margin_called, _flow)
