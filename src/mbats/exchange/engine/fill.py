"""Filling an order: what it does to trades and money, and the transactions that say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbats.errors.exchange import OrderRefused
from mbats.exchange.engine import protection
from mbats.exchange.engine.execution import planned, reduces_only
from mbats.exchange.engine.fill_record import fill_record
from mbats.exchange.engine.order import PROTECTIVE
from mbats.exchange.engine.reissue import reissue
from mbats.exchange.engine.trade import Trade

if TYPE_CHECKING:
    from decimal import Decimal

    from mbats.exchange.engine.book import Book
    from mbats.exchange.engine.execution import Execution
    from mbats.exchange.engine.market import Market
    from mbats.exchange.engine.order import Order
    from mbats.exchange.reply import Record


def fill(market: Market, book: Book, order: Order, price: Decimal) -> Record:
    """Fill an order at a price or cancel it; return the transactions by the keys that a reply gives them."""
    try:
        execution = planned(market, book, order, price)
    except OrderRefused as refused:
        return {"orderCancelTransaction": book.cancel(order, refused.facts["reason"])}
    written = {"orderFillTransaction": _execute(market, book, order, execution)}
    if order.type in PROTECTIVE or abs(execution.units) == abs(order.units) or reduces_only(order):
        return written
    return written | reissue(market, book, order, order.units - execution.units)


def _execute(market: Market, book: Book, order: Order, execution: Execution) -> Record:
    fields = fill_record(market, book, order, execution)
    book.balance, book.pl = fields["accountBalance"], book.pl + fields["pl"]
    written = book.write("ORDER_FILL", fields)
    book.filled(order, **_outcome(written))
    for part, record in zip(execution.netting.closing, _closings(written), strict=True):
        _reduce(book, part.trade, part.units, record, written)
    if execution.netting.opening:
        _open(market, book, order, execution, written)
    return written


def _outcome(written: Record) -> Record:
    outcome = {"fillingTransactionID": written["id"], "filledTime": written["time"]}
    if "tradeOpened" in written:
        outcome["tradeOpenedID"] = written["tradeOpened"]["tradeID"]
    if "tradeReduced" in written:
        outcome["tradeReducedID"] = written["tradeReduced"]["tradeID"]
    if "tradesClosed" in written:
        outcome["tradeClosedIDs"] = [part["tradeID"] for part in written["tradesClosed"]]
    return outcome


def _closings(written: Record) -> list[Record]:
    return [*written.get("tradesClosed", []), *([written["tradeReduced"]] if "tradeReduced" in written else [])]


def _reduce(book: Book, trade: Trade, units: Decimal, record: Record, written: Record) -> None:
    trade.reduce(units, written["price"], record["realizedPL"], int(written["id"]), book.batch.time)
    book.tallies[trade.instrument].pl[trade.long] += record["realizedPL"]
    book.reduced(trade)
    if trade.closed:
        for number in sorted(trade.dependants.values()):
            book.cancel(book.orders[number], "LINKED_TRADE_CLOSED")


def _open(market: Market, book: Book, order: Order, execution: Execution, written: Record) -> None:
    trade = Trade(
        id=int(written["id"]),
        instrument=order.instrument,
        price=execution.price,
        opened=market.time,
        initial=execution.netting.opening,
        units=execution.netting.opening,
        initial_margin=written["tradeOpened"]["initialMarginRequired"],
        extensions=dict(order.terms.get("tradeClientExtensions", {})),
    )
    book.opened(trade)
    for kind, terms in execution.children.items():
        links = {"orderFillTransactionID": written["id"], "reason": "ON_FILL"}
        protection.protect(market, book, trade, kind, terms, links=links)
