"""Rows of the journal, as our witness in Backtrader writes them."""

from __future__ import annotations

import math

from mbats.compiled import compilable
from mbats.execution.costs import commission
from mbats.execution.order import OrderType
from mbats.simulation.kernel.backtrader_book import Book, order_of
from mbats.simulation.kernel.events import Paper, ended, filled, ordered, paid


def moment(book: Book, instrument: int) -> int:
    """Return when something happens now: inside a bar at its opening, else when the bar is known."""
    desk = book.desks[instrument]
    return int(desk.time if book.totals[0].inside else desk.known_at)


def rate_now(book: Book, instrument: int) -> float:
    """Return the rate of the instrument's currency; NaN, and marked, where it is not known."""
    desk = book.desks[instrument]
    rate = desk.rate_opened if book.totals[0].inside else desk.rate_known
    if math.isnan(rate):
        book.tallies[0].unknown, book.tallies[0].unknown_at = desk.currency, moment(book, instrument)
    return float(rate)


def order_row(book: Book, number: int, stop: float, target: float) -> None:
    """Record an order as sent."""
    order = order_of(book, number)
    price = math.nan if order.type == OrderType.MARKET.value else order.price
    time = moment(book, order.instrument)
    ordered(book.events, book.tallies[0], time, _paper(book, number), order.units, price, stop, target)


def end_row(book: Book, number: int, kind: int, reason: int) -> None:
    """Record the end of an order that was not filled, or not wholly."""
    time = moment(book, order_of(book, number).instrument)
    ended(book.events, book.tallies[0], time, kind, _paper(book, number), reason)


def fill_rows(book: Book, number: int, units: float, profit: float, fees: float) -> None:
    """Record a fill and its commission, and let the balance follow."""
    order, paper, tally = order_of(book, number), _paper(book, number), book.tallies[0]
    time, currency = moment(book, order.instrument), book.desks[order.instrument].currency
    rate, price = rate_now(book, order.instrument), order.executed_price
    filled(book.events, tally, time, paper, currency, units, price, price, 0.0, profit, rate)
    paid(book.events, tally, time, paper, currency, -fees, rate)
    book.totals[0].balance += (profit - fees) * rate


def fee(book: Book, units: float, price: float) -> float:
    """Return the commission of a fill."""
    totals = book.totals[0]
    return commission(units, price, totals.fraction, totals.per_unit)


def _paper(book: Book, number: int) -> Paper:
    order = order_of(book, number)
    strategy = book.desks[order.instrument].strategy
    return Paper(order.instrument, strategy, number, order.parent, order.role, order.type)


compilable(moment, rate_now, order_row, end_row, fill_rows, fee, _paper)
