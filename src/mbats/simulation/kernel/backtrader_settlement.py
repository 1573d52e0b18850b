"""The money of whole trades: what each of them is worth, one after the other, as the general way has it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mbats.compiled import compilable
from mbats.execution.costs import commission
from mbats.portfolio.signal_rows import risk_distance
from mbats.portfolio.sizing import whole_lots
from mbats.simulation.kernel.backtrader_book import Book, Table
from mbats.simulation.kernel.backtrader_bracket import bounds
from mbats.simulation.kernel.backtrader_cash import closing_cash, opening_cash, traded
from mbats.simulation.kernel.backtrader_trips import Trip, write
from mbats.simulation.kernel.decisions import FIXED, Decisions, units, wish
from mbats.simulation.kernel.rates import Rates, rate_at

if TYPE_CHECKING:
    from mbats.market.columns import IntColumn, TimeColumn
    from mbats.simulation.kernel.columns import Row
    from mbats.simulation.kernel.market import Market


class Purse(NamedTuple):
    """What the account has between two trades, and the terms of its commission."""

    cash: float
    balance: float
    fraction: float
    per_unit: float


def settle(
    book: Book, market: Market, decisions: Decisions, rates: Rates, cursors: IntColumn, spans: Table, count: int
) -> int:
    """Do so many trades, write their rows, and return how many were done: all before one that is not affordable."""
    totals, usual = book.totals[0], _usual_size(book, decisions)
    only_fills = not book.events.whole and totals.fraction == 0.0 and totals.per_unit == 0.0
    purse, done = Purse(totals.cash, totals.balance, totals.fraction, totals.per_unit), 0
    while done < count:
        span = spans[done]
        signal, rate = span.signal, _rate(book, rates, cursors, market.known_at, span.signal)
        size = decisions.side[np.uint64(signal)] * usual
        if math.isnan(usual):
            size = _size(book, decisions, signal, purse.balance, rate, market.close[signal])
        if size == 0.0 or math.isnan(rate) or not _plain(span) or not _affordable(market, purse, size, span):
            break
        trip = _trip(book, market, rates, cursors, purse, size, span)
        purse = _after(purse, trip)
        write(book, market, trip, only_fills)
        done += 1
    totals.cash, totals.balance = purse.cash, purse.balance
    return done


def _usual_size(book: Book, decisions: Decisions) -> float:
    """Return the units of every entry of a run, NaN where they depend on the signal."""
    if decisions.sizing[0] != FIXED or len(decisions.size_hint):
        return math.nan
    return whole_lots(decisions.figure[0], book.desks[0].lot)


def _size(book: Book, decisions: Decisions, signal: int, balance: float, rate: float, close: float) -> float:
    """Return the signed units of an entry."""
    row = wish(decisions, 0, signal)
    distance = risk_distance(row.stop_distance, row.trailing_distance)
    full = units(decisions, 0, signal, balance, rate, close, distance)
    return row.side * whole_lots(full * row.size_hint, book.desks[0].lot)


def _rate(book: Book, rates: Rates, cursors: IntColumn, times: TimeColumn, bar: Row) -> float:
    desk = book.desks[0]
    return 1.0 if desk.at_home else rate_at(rates, cursors, desk.currency, times[bar])


def _plain(span: Table) -> bool:
    """Tell whether neither price lies at 0, which is a case of its own."""
    return bool(span.stop != 0.0 and span.target != 0.0)


def _affordable(market: Market, purse: Purse, size: float, span: Table) -> bool:
    """Tell whether the entry can be filled, and all three orders pass their check: they are executed in thought."""
    opened, close = market.open[np.uint64(span.signal + 1)], market.close[np.uint64(span.signal)]
    stop, target = span.stop, span.target
    enough = opening_cash(purse.cash, size, opened, _fee(purse, size, opened)) >= 0.0
    cash = opening_cash(purse.cash, size, close, _fee(purse, size, close))
    enough = enough and cash >= 0.0
    if not math.isnan(stop):
        cash = closing_cash(cash, -size, stop, stop, _fee(purse, size, stop))
        enough = enough and cash >= 0.0
    if not math.isnan(target):
        if math.isnan(stop):
            cash = closing_cash(cash, -size, target, target, _fee(purse, size, target))
        else:  # the stop has closed the position in thought: the target opens another
            cash = opening_cash(cash, -size, target, _fee(purse, size, target))
        enough = enough and cash >= 0.0
    return enough


def _fee(purse: Purse, size: float, price: float) -> float:
    return commission(size, price, purse.fraction, purse.per_unit)


def _trip(book: Book, market: Market, rates: Rates, cursors: IntColumn, purse: Purse, size: float, span: Table) -> Trip:
    entry, leave = np.uint64(span.signal + 1), np.uint64(span.leave)
    entered, (stopped, left) = market.open[entry], _exit(market, leave, size > 0.0, span.stop, span.target)
    return Trip(
        span.signal,
        span.leave,
        size,
        span.stop,
        span.target,
        int(stopped),
        entered,
        left,
        _profit(size, entered, left),
        _fee(purse, size, entered),
        _fee(purse, size, left),
        _rate(book, rates, cursors, market.time, entry),
        _rate(book, rates, cursors, market.time, leave),
    )


def _after(purse: Purse, trip: Trip) -> Purse:
    """Return the purse after both fills."""
    cash = opening_cash(purse.cash, trip.size, trip.entered, trip.entry_fee)
    cash = closing_cash(cash, -trip.size, trip.entered, trip.left, trip.exit_fee)
    balance = purse.balance + (0.0 - trip.entry_fee) * trip.entry_rate
    balance = balance + (trip.profit - trip.exit_fee) * trip.exit_rate
    return Purse(cash, balance, purse.fraction, purse.per_unit)


def _exit(market: Market, bar: Row, long: bool, stop: float, target: float) -> tuple[bool, float]:
    """Tell whether a bar fills the stop, or else the target, and at which price.

    Which of them and on which side is a coin's toss, so all is said in values, not in branches.
    """
    opened, (below, above) = market.open[bar], bounds(long, stop, target)
    falls, rises = (market.low[bar] <= below) | (opened <= below), (market.high[bar] >= above) | (opened >= above)
    stopped = falls if long else rises
    return stopped, min(opened, below) if stopped == long else max(opened, above)


def _profit(size: float, opened: float, left: float) -> float:
    """Return the profit of a trade as Backtrader's trades report it."""
    average = traded(0.0, 0.0, size, opened).price
    return traded(size, average, -size, left).profit + 0.0


compilable(settle, _usual_size, _size, _rate, _plain, _affordable, _fee, _trip, _after, _exit, _profit)
