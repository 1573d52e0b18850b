"""What a strategy sends for one instrument through Backtrader's means, step by step as our bridge does."""

from __future__ import annotations

import math

from mbats.compiled import compilable
from mbats.execution.order import OrderType, Reason, Role
from mbats.portfolio.plan import bracket
from mbats.simulation.kernel.backtrader_book import Book, Status, order_of
from mbats.simulation.kernel.backtrader_orders import adopt, cancel, link, make
from mbats.simulation.kernel.backtrader_rows import order_row


def enter(book: Book, instrument: int, kind: int, role: int, price: float, extra: float) -> None:
    """Send the entry that the desk remembers, then its stop and target; `extra` units close an opposite position."""
    desk = book.desks[instrument]
    cancel_children(book, instrument, Reason.REPLACED.value)
    desk.sent_row = desk.row
    main = make(book, instrument, kind, role, desk.side * (desk.wanted + extra), price, math.nan)
    desk.pending = main
    if not desk.anchored_on_fill:
        _protect(book, instrument, -desk.side * desk.wanted, desk.trailing, desk.stop, desk.target, math.nan)
        for place in range(desk.children):
            adopt(book, book.children[instrument, place], main)
    order_row(book, main, desk.stop, desk.target)
    for place in range(desk.children):
        order_row(book, book.children[instrument, place], math.nan, math.nan)


def close(book: Book, instrument: int, role: int) -> None:
    """Close the position at market, its protective orders cancelled before."""
    cancel_children(book, instrument, Reason.LINKED_TRADE_CLOSED.value)
    units = -book.desks[instrument].units
    order_row(book, make(book, instrument, OrderType.MARKET.value, role, units, math.nan, math.nan), math.nan, math.nan)


def rebalance(book: Book, instrument: int, units: float) -> None:
    """Send what a position lacks."""
    number = make(book, instrument, OrderType.MARKET.value, Role.REBALANCE.value, units, math.nan, math.nan)
    order_row(book, number, math.nan, math.nan)


def cancel_entry(book: Book, instrument: int, reason: int) -> None:
    """Cancel an entry that waits for its price."""
    desk = book.desks[instrument]
    order_of(book, desk.pending).reason = reason
    cancel(book, desk.pending)
    desk.pending = 0


def move_stop(book: Book, instrument: int) -> None:
    """Cancel the protective orders and send them anew, the stop at the fill price and a trailing stop where it was."""
    desk = book.desks[instrument]
    desk.moved = 1
    reference = desk.filled if desk.unguarded else _trails_from(book, instrument)
    cancel_children(book, instrument, Reason.REPLACED.value)
    _send_pair(book, instrument, desk.filled, desk.held_target, reference)


def heard(book: Book, number: int) -> None:
    """Take notice that an entry has ended; where it was filled and its bracket counts from the fill, that is due."""
    order = order_of(book, number)
    desk = book.desks[order.instrument]
    if desk.pending != number:
        return
    if order.status == Status.FILLED.value:
        desk.opened_row, desk.moved = desk.row, 0
        desk.filled, desk.trigger = order.executed_price, desk.wanted_trigger
        desk.guard_units, desk.held_target, desk.held_trailing = -desk.side * desk.wanted, desk.target, desk.trailing
        if desk.anchored_on_fill:
            desk.held_target = bracket(desk.side, desk.filled, desk.stop_distance, desk.target_distance)[1]
            desk.unguarded = 1
    desk.pending = 0


def guard(book: Book, instrument: int) -> None:
    """Send the stop and target around the fill that are still due, one cancelling the other."""
    desk = book.desks[instrument]
    if desk.unguarded:
        desk.unguarded = 0
        stop, target = bracket(desk.side, desk.filled, desk.stop_distance, desk.target_distance)
        _send_pair(book, instrument, stop, target, desk.filled)


def cancel_children(book: Book, instrument: int, reason: int) -> None:
    """Cancel the protective orders that are alive; none is due any more."""
    desk = book.desks[instrument]
    count = desk.children
    for place in range(count):
        child = order_of(book, book.children[instrument, place])
        if child.status < Status.FILLED.value:
            child.reason = reason
    for place in range(count):
        child = order_of(book, book.children[instrument, place])
        if child.status == Status.PENDING.value:
            cancel(book, child.number)
    desk.children = desk.unguarded = 0


def _send_pair(book: Book, instrument: int, stop: float, target: float, reference: float) -> None:
    """Send protective orders of the position, of which the end of one ends the others."""
    desk = book.desks[instrument]
    first = desk.children
    _protect(book, instrument, desk.guard_units, desk.held_trailing, stop, target, reference)
    for place in range(first, desk.children):
        number = book.children[instrument, place]
        if place:
            link(book, number, book.children[instrument, 0])
        order_row(book, number, math.nan, math.nan)


def _protect(
    book: Book, instrument: int, units: float, trailing: float, stop: float, target: float, reference: float
) -> None:
    """Make stop, trailing stop and target, those that are wanted, in this order."""
    if not math.isnan(stop):
        _child(book, instrument, OrderType.STOP.value, Role.STOP_LOSS.value, units, stop, math.nan)
    if not math.isnan(trailing):
        start = book.desks[instrument].close if math.isnan(reference) else reference
        _child(book, instrument, OrderType.TRAILING_STOP.value, Role.STOP_LOSS.value, units, start, trailing)
    if not math.isnan(target):
        _child(book, instrument, OrderType.LIMIT.value, Role.TAKE_PROFIT.value, units, target, math.nan)


def _child(book: Book, instrument: int, kind: int, role: int, units: float, price: float, trail: float) -> None:
    desk = book.desks[instrument]
    book.children[instrument, desk.children] = make(book, instrument, kind, role, units, price, trail)
    desk.children += 1


def _trails_from(book: Book, instrument: int) -> float:
    """Return the price from which a new trailing stop stands where the present one does; NaN without one."""
    desk = book.desks[instrument]
    for place in range(desk.children):
        child = order_of(book, book.children[instrument, place])
        if child.type == OrderType.TRAILING_STOP.value and child.status < Status.FILLED.value:
            return float(child.price + (child.trail if desk.units > 0.0 else -child.trail))
    return math.nan


compilable(enter, close, rebalance, cancel_entry, move_stop, heard, guard, cancel_children)
compilable(_send_pair, _protect, _child, _trails_from)
