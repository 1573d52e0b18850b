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

    from numpy.typing import NDArray

    from mbats.market.columns import FloatColumn, IntColumn

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
    """Columns of the journal, grouped by type: row k of a group is the k-th of its names, with room to spare.

    Attributes
    ----------
    integers
        `INTEGERS`, int64; of the last, the joined bar row of each decision, only the first `decisions` count.
    codes
        `CODES`, int16.
    numbers
        `NUMBERS`, float64.
    whole
        Whether all rows are written; else only those that move money, and margin calls.
    """

    integers: NDArray[np.int64]
    codes: NDArray[np.int16]
    numbers: NDArray[np.float64]
    whole: bool


INTEGERS = ("time", "order", "parent", "row")
CODES = ("kind", "instrument", "strategy", "role", "type", "reason", "currency")
NUMBERS = ("units", "price", "stop", "target", "mid", "slippage", "pnl", "amount", "rate")


class Paper(NamedTuple):
    """An order's standing facts, as every row about it repeats them."""

    instrument: int
    strategy: int
    number: int
    parent: int
    role: int
    type: int


def blank(rows: int, whole: bool) -> Events:
    """Return columns with room for so many events.

    They do not lie a power of two apart: then they would all fall into the same few lines of the processor's cache.
    """
    rows = rows // 64 * 64 + 72
    return Events(
        np.empty((len(INTEGERS), rows), np.int64),
        np.empty((len(CODES), rows), np.int16),
        np.empty((len(NUMBERS), rows), np.float64),
        whole,
    )


def grown(events: Events, tally: Any, bars: int) -> Events:
    """Return the same events with room for the rest of a run over so many bars.

    Room is made for a sixth more than the run so far foretells: copying once more would take more memory.
    """
    used = room(events)
    more = blank(max(2 * used, int(1.17 * tally.events * bars / max(tally.bars, 1))), events.whole)
    more.integers[:, :used], more.codes[:, :used], more.numbers[:, :used] = events[:3]
    return more


def room(events: Events) -> int:
    """Return how many rows there is room for."""
    return len(events.codes[0])


def decided_rows(events: Events, tally: Any) -> IntColumn:
    """Return the joined bar row of each decision."""
    return events.integers[INTEGERS.index("row"), : tally.decisions]


def journal(
    events: Events,
    tally: Any,
    names: tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]],
    extras: Mapping[str, FloatColumn],
) -> Journal:
    """Return the journal of what was written; `names` are those of instruments, strategies and currencies."""
    used = int(tally.events)
    columns: dict[str, Any] = {}
    for fields, group in ((INTEGERS, events.integers), (CODES, events.codes), (NUMBERS, events.numbers)):
        columns |= dict(zip(fields, _cut(group, used) if events.whole else group[:, :used], strict=True))
    del columns["row"]
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
    at = tally.events
    tally.events = at + 1
    integers, codes, numbers = events.integers, events.codes, events.numbers
    integers[0, at] = time
    integers[1, at] = paper.number
    integers[2, at] = paper.parent
    codes[0, at] = kind
    codes[1, at] = paper.instrument
    codes[2, at] = paper.strategy
    codes[3, at] = paper.role
    codes[4, at] = paper.type
    codes[5, at] = reason
    codes[6, at] = currency
    numbers[0, at] = units
    numbers[1, at] = price
    numbers[2, at] = stop
    numbers[3, at] = target
    numbers[4, at] = mid
    numbers[5, at] = slippage
    numbers[6, at] = pnl
    numbers[7, at] = amount
    numbers[8, at] = rate


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
    events.integers[3, tally.decisions] = row
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


def _cut(group: NDArray[Any], used: int) -> NDArray[Any]:
    """Return the rows used: a view, but a copy where most of the room would be kept for nothing."""
    rows = group[:, :used]
    return rows if 2 * used >= group.shape[1] else rows.copy()


compilable(room, record, decided, ordered, numbered, ended, replaced, filled, paid, financed, margin_called, _flow)
