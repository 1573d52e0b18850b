"""Whole trades in one go, where one instrument enters at market with a stop and a target around the signal's close.

The same orders and the same arithmetic as the general way gives, without a queue: while flat only the next signal
counts, and while in a position only which of the two prices is met first.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from mbats.compiled import compilable
from mbats.execution.order import OrderType, Reason, Role
from mbats.ledger.journal import Kind
from mbats.portfolio.plan import bracket
from mbats.portfolio.signal_rows import SignalRow, risk_distance
from mbats.portfolio.sizing import whole_lots
from mbats.simulation.kernel.backtrader_book import Book
from mbats.simulation.kernel.backtrader_cash import closing_cash, opening_cash, traded
from mbats.simulation.kernel.backtrader_rows import fee
from mbats.simulation.kernel.decisions import FIXED, Decisions, units, wish
from mbats.simulation.kernel.events import Paper, decided, ended, filled, numbered, ordered, paid
from mbats.simulation.kernel.rates import Rates, rate_at
from mbats.strategies.signal import Entry

if TYPE_CHECKING:
    from mbats.market.columns import IntColumn, TimeColumn
    from mbats.simulation.kernel.market import Market

ROWS = 9
"""That a trade writes at most: decision, three orders, two fills with their fees, a cancel."""


def only_brackets(book: Book, decisions: Decisions) -> bool:
    """Tell whether all trades of a run are of this form; any single one may still take the general way."""
    return (
        len(book.desks) == 1
        and not decisions.targets[0]
        and not book.desks[0].listens
        and not decisions.anchored_on_fill[0]
        and decisions.entry[0] == Entry.MARKET.value
        and len(decisions.trailing_distance) == 0
    )


def at_rest(book: Book) -> bool:
    """Tell whether there is no position, no order and nothing to hear."""
    totals, desk = book.totals[0], book.desks[0]
    sent = totals.queued + book.tallies[0].orders - totals.checked
    waits = sent != 0 or totals.noticed != 0 or desk.pending != 0
    return not waits and bool(desk.units == 0.0 and desk.trade_units == 0.0)


def usual_size(book: Book, decisions: Decisions) -> float:
    """Return the units of every entry of a run, NaN where they depend on the signal."""
    if decisions.sizing[0] != FIXED or len(decisions.size_hint):
        return math.nan
    return whole_lots(decisions.figure[0], book.desks[0].lot)


def trade(
    book: Book, market: Market, decisions: Decisions, rates: Rates, cursors: IntColumn, usual: float, signal: int
) -> int:
    """Do the trade of the signal at a bar, of `usual_size`, and return the bar at which it ends.

    Return -1, and nothing has happened, where it is not affordable, has no size, or does not end before the bars do.
    """
    desk, row = book.desks[0], wish(decisions, 0, signal)
    close, entry = market.close[signal], signal + 1
    rate = _rate(book, rates, cursors, market.known_at, signal)
    size = row.side * (_size(book, decisions, row, signal, rate, close) if math.isnan(usual) else usual)
    stop, target = bracket(row.side, close, row.stop_distance, row.target_distance)
    if size == 0.0 or math.isnan(rate) or stop == 0.0 or target == 0.0 or entry >= market.start[1]:
        return -1
    if not _affordable(book, size, close, stop, target, market.open[entry]):
        return -1
    leave = _meets(market, entry + 1, size > 0.0, stop, target)
    if leave < market.start[1]:
        first, place = book.tallies[0].orders + 1, (0, desk.strategy)
        known = market.known_at[signal] if book.events.whole else 0
        decided(book.events, book.tallies[0], known, place, signal, size, close, stop, target, 0)
        _send(book, known, size, stop, target)
        _enter(book, market, rates, cursors, entry, first, size)
        _leave(book, market, rates, cursors, leave, first, size, stop, target)
        return leave
    return -1


def _size(book: Book, decisions: Decisions, row: SignalRow, signal: int, rate: float, close: float) -> float:
    distance = risk_distance(row.stop_distance, row.trailing_distance)
    full = units(decisions, 0, signal, book.totals[0].balance, rate, close, distance)
    return whole_lots(full * row.size_hint, book.desks[0].lot)


def _rate(book: Book, rates: Rates, cursors: IntColumn, times: TimeColumn, bar: int) -> float:
    desk = book.desks[0]
    return 1.0 if desk.at_home else rate_at(rates, cursors, desk.currency, times[bar])


def _affordable(book: Book, size: float, close: float, stop: float, target: float, opened: float) -> bool:
    """Tell whether entry, stop and target pass the check of new orders, and the entry its fill."""
    cash = book.totals[0].cash
    if opening_cash(cash, size, opened, fee(book, size, opened)) < 0.0:
        return False
    cash = opening_cash(cash, size, close, fee(book, size, close))
    enough = cash >= 0.0
    if not math.isnan(stop):
        cash = closing_cash(cash, -size, stop, stop, fee(book, size, stop))
        enough = enough and cash >= 0.0
    if not math.isnan(target):
        if math.isnan(stop):
            cash = closing_cash(cash, -size, target, target, fee(book, size, target))
        else:  # the stop has closed the position in thought: the target opens another
            cash = opening_cash(cash, -size, target, fee(book, size, target))
        enough = enough and cash >= 0.0
    return enough


def _meets(market: Market, bar: int, long: bool, stop: float, target: float) -> int:
    """Return the first bar from `bar` on that meets stop or target."""
    below, above = _bounds(long, stop, target)
    last, opens, highs, lows = market.start[1], market.open, market.high, market.low
    if market.orderly[0]:
        while bar < last and not ((lows[bar] <= below) | (highs[bar] >= above)):  # one branch a bar
            bar += 1
        return bar
    while bar < last:
        falls, rises = (lows[bar] <= below) | (opens[bar] <= below), (highs[bar] >= above) | (opens[bar] >= above)
        if falls | rises:
            break
        bar += 1
    return bar


def _bounds(long: bool, stop: float, target: float) -> tuple[float, float]:
    """Return stop and target as the lower and the upper price; infinitely far away where there is none."""
    below, above = stop if long else target, target if long else stop
    return -math.inf if math.isnan(below) else below, math.inf if math.isnan(above) else above


def _send(book: Book, time: int, size: float, stop: float, target: float) -> None:
    entry = _paper(book, numbered(book.tallies[0]), 0, Role.ENTRY.value, OrderType.MARKET.value)
    ordered(book.events, book.tallies[0], time, entry, size, math.nan, stop, target)
    if not math.isnan(stop):
        paper = _paper(book, numbered(book.tallies[0]), entry.number, Role.STOP_LOSS.value, OrderType.STOP.value)
        ordered(book.events, book.tallies[0], time, paper, -size, stop, math.nan, math.nan)
    if not math.isnan(target):
        paper = _paper(book, numbered(book.tallies[0]), entry.number, Role.TAKE_PROFIT.value, OrderType.LIMIT.value)
        ordered(book.events, book.tallies[0], time, paper, -size, target, math.nan, math.nan)


def _enter(book: Book, market: Market, rates: Rates, cursors: IntColumn, bar: int, first: int, size: float) -> None:
    desk, totals, price = book.desks[0], book.totals[0], market.open[bar]
    fees = fee(book, size, price)
    totals.cash = opening_cash(totals.cash, size, price, fees)
    desk.price, desk.trade_price = price, traded(0.0, desk.trade_price, size, price).price
    rate = _rate(book, rates, cursors, market.time, bar)
    paper = _paper(book, first, 0, Role.ENTRY.value, OrderType.MARKET.value)
    _fill(book, market.time[bar], paper, size, price, 0.0, fees, rate)


def _leave(
    book: Book,
    market: Market,
    rates: Rates,
    cursors: IntColumn,
    bar: int,
    first: int,
    size: float,
    stop: float,
    target: float,
) -> None:
    """Fill the stop, or else the target, and cancel the other.

    Which of them and on which side is a coin's toss, so all is said in values, not in branches.
    """
    desk, totals, long, opened = book.desks[0], book.totals[0], size > 0.0, market.open[bar]
    below, above = _bounds(long, stop, target)
    falls, rises = (market.low[bar] <= below) | (opened <= below), (market.high[bar] >= above) | (opened >= above)
    stopped = falls if long else rises
    price = min(opened, below) if stopped == long else max(opened, above)
    fees = fee(book, size, price)
    totals.cash = closing_cash(totals.cash, -size, desk.price, price, fees)
    profit = traded(size, desk.trade_price, -size, price).profit + 0.0
    rate = _rate(book, rates, cursors, market.time, bar)
    _fill(book, market.time[bar], _child(book, first, stopped), -size, price, profit, fees, rate)
    if book.tallies[0].orders > first + 1:
        kind, reason = Kind.CANCEL.value, Reason.LINKED_TRADE_CLOSED.value
        ended(book.events, book.tallies[0], market.time[bar], kind, _child(book, first, not stopped), reason)


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
    book.totals[0].balance += (profit - fees) * rate


def _paper(book: Book, number: int, parent: int, role: int, kind: int) -> Paper:
    return Paper(0, book.desks[0].strategy, number, parent, role, kind)


compilable(
    only_brackets, at_rest, usual_size, trade, _size, _rate, _affordable, _meets, _bounds, _send, _enter, _leave, _child
)
compilable(_fill, _paper)
