"""What Backtrader's broker does with orders at each step of its clock."""

from __future__ import annotations

import math

from mbats.compiled import compilable
from mbats.execution.order import OrderType, Reason
from mbats.simulation.kernel.backtrader_book import Book, Status, order_of
from mbats.simulation.kernel.backtrader_cash import closing_cash, met_at, netted, opening_cash, traded
from mbats.simulation.kernel.backtrader_orders import disband, notice, raise_children, refuse, unlink
from mbats.simulation.kernel.backtrader_rows import fee, fill_rows


def match(book: Book) -> None:
    """Look at what was submitted, then hold what waits against the present bars, new or old, oldest order first."""
    totals = book.totals[0]
    totals.cycle += 1
    totals.inside = 1
    _check_submitted(book)
    for place in range(totals.queued):
        number = book.queue[place]
        if order_of(book, number).status == Status.PENDING.value and order_of(book, number).awake <= totals.cycle:
            totals.matching = number
            _meet(book, number)
    totals.matching = totals.inside = 0
    kept = 0
    for place in range(totals.queued):
        if order_of(book, book.queue[place]).status == Status.PENDING.value:
            book.queue[kept] = book.queue[place]
            kept += 1
    totals.queued = kept


def _check_submitted(book: Book) -> None:
    """Execute new orders in thought, at their own prices, on one running copy of cash that stays negative."""
    totals = book.totals[0]
    cash = totals.cash
    while totals.checked < book.tallies[0].orders:
        totals.checked += 1
        number = totals.checked
        order = order_of(book, number)
        if order.parent and not order_of(book, order.parent).whole:
            refuse(book, number, Reason.LINKED_TRADE_CLOSED.value)
            continue
        cash = _cash_in_thought(book, number, cash)
        if cash >= 0.0:
            order.status = Status.PENDING.value
            book.queue[totals.queued] = number
            totals.queued += 1
        else:
            _refuse_for_cash(book, number)


def _cash_in_thought(book: Book, number: int, cash: float) -> float:
    order = order_of(book, number)
    desk = book.desks[order.instrument]
    if desk.cycle != book.totals[0].cycle:
        desk.cycle = book.totals[0].cycle
        desk.checked_units, desk.checked_price = desk.units, desk.price
    after = netted(desk.checked_units, desk.checked_price, order.units, order.price)
    desk.checked_units, desk.checked_price = after.units, after.price
    if after.closed != 0.0:
        cash = closing_cash(cash, after.closed, order.price, order.price, fee(book, after.closed, order.price))
    if after.opened != 0.0:
        cash = opening_cash(cash, after.opened, order.price, fee(book, after.opened, order.price))
    return cash


def _meet(book: Book, number: int) -> None:
    order = order_of(book, number)
    order.status = Status.MATCHING.value
    price = _price(book, number)
    if not math.isnan(price):
        _execute(book, number, price)
    if order.status == Status.MATCHING.value:
        order.status = Status.PENDING.value
        if order.type == OrderType.TRAILING_STOP.value:
            _trail(book, number)
    elif order.status == Status.FILLED.value:
        if order.parent:
            disband(book, number)
        else:
            raise_children(book, number)


def _price(book: Book, number: int) -> float:
    """Return the price at which the present bar fills an order, NaN if it does not."""
    order = order_of(book, number)
    desk = book.desks[order.instrument]
    if order.type == OrderType.MARKET.value:
        return float(desk.open) if desk.day > order.created else math.nan
    falling = (order.units > 0.0) == (order.type == OrderType.LIMIT.value)
    return met_at(falling, order.price, desk.open, desk.high, desk.low)


def _execute(book: Book, number: int, price: float) -> None:
    order, totals = order_of(book, number), book.totals[0]
    desk = book.desks[order.instrument]
    after = netted(desk.units, desk.price, order.remaining, price)
    opened, fees = after.opened, 0.0
    if after.closed != 0.0:
        fees = fee(book, after.closed, price)
        totals.cash = closing_cash(totals.cash, after.closed, desk.price, price, fees)
    if opened != 0.0:
        opening_fee = fee(book, opened, price)
        cash = opening_cash(totals.cash, opened, price, opening_fee)
        if cash < 0.0:
            opened = 0.0
        else:
            totals.cash = cash
            fees += opening_fee
    if after.closed + opened != 0.0:
        _fill(book, number, price, after.closed, opened, fees)
    if after.opened != 0.0 and opened == 0.0:
        _refuse_for_cash(book, number)


def _fill(book: Book, number: int, price: float, closed: float, opened: float, fees: float) -> None:
    order = order_of(book, number)
    desk = book.desks[order.instrument]
    units = closed + opened
    after = netted(desk.units, desk.price, units, price)
    desk.units, desk.price = after.units, after.price
    order.remaining -= units
    value = order.executed_units * order.executed_price + units * price
    order.executed_units += units
    order.executed_price = value / order.executed_units
    if order.remaining == 0.0:
        order.status = Status.FILLED.value
    fill_rows(book, number, units, _realised(book, order.instrument, closed, opened, price), fees)
    if order.status == Status.FILLED.value:
        notice(book, number)
    unlink(book, number)


def _realised(book: Book, place: int, closed: float, opened: float, price: float) -> float:
    """Let the trade follow the fill and return its profit, as Backtrader's trades report it."""
    desk = book.desks[place]
    first = traded(desk.trade_units, desk.trade_price, closed, price)
    then = traded(first.units, first.price, opened, price)
    desk.trade_units, desk.trade_price = then.units, then.price
    return first.profit + then.profit


def _refuse_for_cash(book: Book, number: int) -> None:
    refuse(book, number, Reason.INSUFFICIENT_CASH.value)
    unlink(book, number)
    disband(book, number)


def _trail(book: Book, number: int) -> None:
    order = order_of(book, number)
    close = book.desks[order.instrument].close
    if order.units > 0.0:
        order.price = min(order.price, close + order.trail)
    else:
        order.price = max(order.price, close - order.trail)


compilable(
    match, _check_submitted, _cash_in_thought, _meet, _price, _execute, _fill, _realised, _refuse_for_cash, _trail
)
