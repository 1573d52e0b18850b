"""The life of orders under Backtrader's rules: sent, linked in families and pairs, cancelled one by another."""

from __future__ import annotations

import math

from mbats.compiled import compilable
from mbats.execution.order import OrderType, Reason
from mbats.ledger.journal import Kind
from mbats.simulation.kernel.backtrader_book import Book, Status, order_of
from mbats.simulation.kernel.backtrader_rows import end_row
from mbats.simulation.kernel.events import numbered

_NEVER = 1 << 62


def make(book: Book, instrument: int, kind: int, role: int, units: float, price: float, trail: float) -> int:
    """Make an order at the close of the present bar and return its number; NaN or 0 as a price means that close."""
    number = numbered(book.tallies[0])
    order, desk = order_of(book, number), book.desks[instrument]
    order.number, order.instrument, order.type, order.role, order.reason = (
        number,
        instrument,
        kind,
        role,
        Reason.NONE.value,
    )
    order.status, order.parent, order.awake, order.whole = Status.SUBMITTED.value, 0, 0, 1
    order.first = order.last = order.leader = order.linked_last = number
    order.linked = 1
    order.units = order.remaining = units
    order.executed_units = order.executed_price = 0.0
    order.price = desk.close if math.isnan(price) or price == 0.0 else price
    order.trail = trail
    order.created = desk.day
    if kind == OrderType.TRAILING_STOP.value:
        order.price += trail if units > 0.0 else -trail
    return number


def adopt(book: Book, number: int, parent: int) -> None:
    """Make an order the child of `parent`: asleep until the cycle after its fill."""
    order_of(book, number).parent = parent
    order_of(book, number).awake = _NEVER
    order_of(book, parent).last = number


def link(book: Book, number: int, first: int) -> None:
    """Let `number` and the others of the group of `first` cancel one another."""
    leader = order_of(book, first).leader
    order_of(book, number).leader = leader
    order_of(book, leader).linked_last = number


def cancel(book: Book, number: int) -> None:
    """Cancel an order at its sender's wish, and with it its family; one that the broker has not seen yet lives on."""
    order = order_of(book, number)
    if order.reason == Reason.NONE.value:
        order.reason = Reason.CLIENT_REQUEST.value
    if order.status == Status.PENDING.value:
        _drop(book, number)
        unlink(book, number)
        disband(book, number)


def refuse(book: Book, number: int, reason: int) -> None:
    """Reject an order."""
    order_of(book, number).status = Status.ENDED.value
    end_row(book, number, Kind.REJECT.value, reason)
    notice(book, number)


def notice(book: Book, number: int) -> None:
    """Let the strategy hear in its turn that its entry has ended."""
    if book.desks[order_of(book, number).instrument].pending == number:
        totals = book.totals[0]
        book.notices[totals.noticed] = number
        totals.noticed += 1


def unlink(book: Book, number: int) -> None:
    """Cancel those linked with an order that was filled or ended, the youngest first among the waiting.

    Orders already passed in this cycle's round stand behind the waiting ones, so they go first.
    """
    leader = order_of(book, number).leader
    last = order_of(book, leader).linked_last
    if last == leader:
        return
    matching = book.totals[0].matching
    for member in range(matching - 1, leader - 1, -1):
        _unlink_one(book, member, leader)
    for member in range(last, max(leader - 1, matching), -1):
        _unlink_one(book, member, leader)


def disband(book: Book, number: int) -> None:
    """Cancel what is left of a family."""
    parent = order_of(book, number).parent
    head = order_of(book, parent or number)
    if head.whole:
        for member in range(head.first, head.last + 1):
            if order_of(book, member).status == Status.PENDING.value:
                _drop(book, member)
                unlink(book, member)
    head.whole = 0


def raise_children(book: Book, number: int) -> None:
    """After the fill of a parent: its children wake in the next cycle."""
    order = order_of(book, number)
    order.first = number + 1
    for child in range(number + 1, order.last + 1):
        order_of(book, child).awake = book.totals[0].cycle + 1


def _unlink_one(book: Book, member: int, leader: int) -> None:
    order = order_of(book, member)
    if order.leader == leader and order.linked:
        order.linked = 0
        if order.status == Status.PENDING.value:
            _drop(book, member)


def _drop(book: Book, number: int) -> None:
    order = order_of(book, number)
    order.status = Status.ENDED.value
    reason = order.reason if order.reason != Reason.NONE.value else Reason.LINKED_TRADE_CLOSED.value
    end_row(book, number, Kind.EXPIRY.value if reason == Reason.EXPIRED.value else Kind.CANCEL.value, reason)
    notice(book, number)


compilable(make, adopt, link, cancel, refuse, notice, unlink, disband, raise_children, _unlink_one, _drop)
