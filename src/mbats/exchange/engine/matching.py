"""Who is filled when, while prices are on their way: in the order in which the market meets them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mbats.exchange.engine.order import TRAILING_STOP
from mbats.exchange.engine.submission import execute, trading_price
from mbats.exchange.engine.touch import first_touch, looks_where_it_trades, trailing_level

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mbats.exchange.engine.book import Book
    from mbats.exchange.engine.market import Market
    from mbats.exchange.engine.order import Order


class Meeting(NamedTuple):
    """The market meets an order; the first of several is the smallest: the earliest, stops before limits, by id."""

    share: float
    against: bool
    account: int
    order: int


def match(market: Market, books: Sequence[Book], start: float = 0.0, end: float = 1.0) -> None:
    """Fill the orders that prices meet between two shares of their present way."""
    while meeting := _next(market, books, start, end):
        book = books[meeting.account]
        order = book.pending[meeting.order]
        walk(market, books, meeting.share, market.time_at(meeting.share))
        on_the_way = meeting.share > start and looks_where_it_trades(order)
        book.begin(market.time)
        execute(market, book, order, order.level if on_the_way else trading_price(market, order))
        start = meeting.share


def walk(market: Market, books: Iterable[Book], share: float, time: int) -> None:
    """Put the market at a share of its way, trailing stops behind it."""
    market.go(share, time)
    follow(market, books)


def follow(market: Market, books: Iterable[Book]) -> None:
    """Let trailing stops follow prices."""
    for book in books:
        for order in book.pending.values():
            if order.type == TRAILING_STOP and order.instrument in market.moving:
                tick = market.terms[order.instrument].tick
                level = trailing_level(order, market.sides(order.instrument), tick)
                if level != order.trailing:
                    order.trailing = level
                    book.changed_orders.add(order.id)


def _next(market: Market, books: Sequence[Book], start: float, end: float) -> Meeting | None:
    meetings = [
        Meeting(share, not order.follows, number, order.id)
        for number, book in enumerate(books)
        for order in book.pending.values()
        if (way := market.moving.get(order.instrument))
        and (share := first_touch(order, way, start)) <= end
        and _can_fill(market, book, order)
    ]
    return min(meetings, default=None)


def _can_fill(market: Market, book: Book, order: Order) -> bool:
    return order.rests != market.moves and market.open_to(order.instrument, book.currency)
