"""The rows of the journal that whole trades leave behind."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mbats.compiled import compilable
from mbats.execution.order import OrderType, Reason, Role
from mbats.ledger.journal import Kind
from mbats.simulation.kernel.backtrader_book import Book
from mbats.simulation.kernel.events import Paper, decided, ended, filled, numbered, ordered, paid

if TYPE_CHECKING:
    from mbats.simulation.kernel.market import Market
    from mbats.simulation.kernel.terms import Terms

ROWS = 9
"""That a trade writes at most: decision, three orders, two fills with their fees, a cancel."""


class Trip(NamedTuple):
    """A trade from the bar of its signal to that of its exit.

    Attributes
    ----------
    stop, target
        NaN where there is none.
    stopped
        Whether it ended at the stop: 1, or 0.
    entered, left
        The prices of its fills; fees are positive, rates those of the quote currency.
    """

    signal: int
    leave: int
    size: float
    stop: float
    target: float
    stopped: int
    entered: float
    left: float
    profit: float
    entry_fee: float
    exit_fee: float
    entry_rate: float
    exit_rate: float


def write(book: Book, market: Market, trip: Trip, only_fills: bool) -> None:
    """Append the rows of a trade; `only_fills` where nothing but its fills moves money, and only that is written."""
    if only_fills:
        _write_fills(book, market, trip)
        return
    first = book.tallies[0].orders + 1
    _send(book, market, trip)
    _enter(book, market, trip, first)
    _leave(book, market, trip, first)


def standing_still(market: Market, terms: Terms) -> dict[str, float]:
    """Return the columns that hold one value in all rows that move money where there is one instrument, and it."""
    still: dict[str, float] = {
        "instrument": 0,
        "strategy": 0,
        "reason": Reason.NONE.value,
        "currency": int(market.currency[0]),
    }
    still |= {"stop": math.nan, "target": math.nan, "slippage": 0.0}
    still |= {} if terms.fraction or terms.per_unit else {"kind": Kind.FILL.value, "amount": 0.0}
    return still | ({"rate": 1.0} if market.at_home[0] else {})


def _write_fills(book: Book, market: Market, trip: Trip) -> None:
    """Append both fills, without branches and without what stands still."""
    events, tally, size, stopped = book.events, book.tallies[0], trip.size, trip.stopped
    entry, leave, first = np.uint64(tally.events), np.uint64(tally.events + 1), tally.orders + 1
    last = first + (not math.isnan(trip.stop)) + (not math.isnan(trip.target))
    events.time[entry], events.time[leave] = market.time[np.uint64(trip.signal + 1)], market.time[np.uint64(trip.leave)]
    events.order[entry], events.order[leave] = first, last - stopped * (last - first - 1)
    events.parent[entry], events.parent[leave] = 0, first
    events.role[entry], events.role[leave] = Role.ENTRY.value, _TARGET + stopped * (_STOP - _TARGET)
    events.type[entry], events.type[leave] = OrderType.MARKET.value, _LIMIT + stopped * (_STOPS - _LIMIT)
    events.units[entry], events.units[leave] = size, -size
    entered, left = size * trip.entered / size, -size * trip.left / -size
    events.price[entry], events.price[leave] = entered, left
    events.mid[entry], events.mid[leave] = entered, left
    events.pnl[entry], events.pnl[leave] = 0.0, trip.profit
    events.rate[entry], events.rate[leave] = trip.entry_rate, trip.exit_rate
    tally.events, tally.orders = tally.events + 2, last


_TARGET, _STOP = Role.TAKE_PROFIT.value, Role.STOP_LOSS.value
_LIMIT, _STOPS = OrderType.LIMIT.value, OrderType.STOP.value


def _send(book: Book, market: Market, trip: Trip) -> None:
    events, tally, desk, signal = book.events, book.tallies[0], book.desks[0], trip.signal
    size, stop, target = trip.size, trip.stop, trip.target
    known = market.known_at[signal] if events.whole else 0
    decided(events, tally, known, (0, desk.strategy), signal, size, market.close[signal], stop, target, 0)
    entry = _paper(book, numbered(tally), 0, Role.ENTRY.value, OrderType.MARKET.value)
    ordered(events, tally, known, entry, size, math.nan, stop, target)
    if not math.isnan(stop):
        paper = _paper(book, numbered(tally), entry.number, Role.STOP_LOSS.value, OrderType.STOP.value)
        ordered(events, tally, known, paper, -size, stop, math.nan, math.nan)
    if not math.isnan(target):
        paper = _paper(book, numbered(tally), entry.number, Role.TAKE_PROFIT.value, OrderType.LIMIT.value)
        ordered(events, tally, known, paper, -size, target, math.nan, math.nan)


def _enter(book: Book, market: Market, trip: Trip, first: int) -> None:
    bar, paper = trip.signal + 1, _paper(book, first, 0, Role.ENTRY.value, OrderType.MARKET.value)
    _fill(book, market.time[bar], paper, trip.size, trip.entered, 0.0, trip.entry_fee, trip.entry_rate)


def _leave(book: Book, market: Market, trip: Trip, first: int) -> None:
    """Fill the stop or the target, and cancel the other."""
    time, stopped = market.time[trip.leave], trip.stopped != 0
    _fill(book, time, _child(book, first, stopped), -trip.size, trip.left, trip.profit, trip.exit_fee, trip.exit_rate)
    if book.tallies[0].orders > first + 1:
        kind, reason = Kind.CANCEL.value, Reason.LINKED_TRADE_CLOSED.value
        ended(book.events, book.tallies[0], time, kind, _child(book, first, not stopped), reason)


def _child(book: Book, first: int, stop: bool) -> Paper:
    """Return the stop or the target of the entry `first`; the stop was sent before."""
    role = Role.STOP_LOSS.value if stop else Role.TAKE_PROFIT.value
    kind = OrderType.STOP.value if stop else OrderType.LIMIT.value
    return _paper(book, first + 1 if stop else book.tallies[0].orders, first, role, kind)


def _fill(
    book: Book, time: int, paper: Paper, size: float, price: float, profit: float, fees: float, rate: float
) -> None:
    reported, currency = size * price / size, book.desks[0].currency
    filled(book.events, book.tallies[0], time, paper, currency, size, reported, reported, 0.0, profit, rate)
    paid(book.events, book.tallies[0], time, paper, currency, -fees, rate)


def _paper(book: Book, number: int, parent: int, role: int, kind: int) -> Paper:
    return Paper(0, book.desks[0].strategy, number, parent, role, kind)


compilable(_write_fills, write, _send, _enter, _leave, _child, _fill, _paper)
