"""What has changed in an account since a transaction, and what changes with every price."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from mbats.exchange.engine.account_record import calculated, position, trade_summary
from mbats.exchange.engine.standing import standing
from mbats.exchange.engine.touch import watched

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mbats.exchange.engine.book import Book
    from mbats.exchange.engine.market import Market
    from mbats.exchange.engine.order import Order
    from mbats.exchange.reply import Record


def changes(market: Market, book: Book, since: int) -> Record:
    """Return the answer to a poll: changes since a transaction's id, and the state of now."""
    recent = book.transactions[since:]
    return {"changes": _changes(market, book, recent, since), "state": _state(market, book), **book.last()}


def _changes(market: Market, book: Book, recent: list[Record], since: int) -> Record:
    fills = [one for one in recent if one["type"] == "ORDER_FILL"]
    cancels = [one for one in recent if one["type"] == "ORDER_CANCEL"]
    created = [number for number in book.orders if number > since]
    reduced = [fill["tradeReduced"]["tradeID"] for fill in fills if "tradeReduced" in fill]
    closed = [part["tradeID"] for fill in fills for part in fill.get("tradesClosed", [])]
    opened = [fill["tradeOpened"]["tradeID"] for fill in fills if "tradeOpened" in fill]
    moved = {fill["instrument"] for fill in fills} | _financed(recent)
    return {
        "ordersCreated": _orders(book, created),
        "ordersCancelled": _orders(book, (one["orderID"] for one in cancels)),
        "ordersFilled": _orders(book, (one["orderID"] for one in fills)),
        "ordersTriggered": [],
        "tradesOpened": _trades(market, book, opened),
        "tradesReduced": _trades(market, book, reduced),
        "tradesClosed": _trades(market, book, closed),
        "positions": [position(market, book, symbol) for symbol in sorted(moved)],
        "transactions": recent,
    }


def _state(market: Market, book: Book) -> Record:
    trades = [{"id": str(trade.id), **calculated(market, book, trade)} for trade in book.open_trades()]
    orders = [_dynamic(market, order) for order in book.pending.values() if order.instrument in market.quotes]
    positions = [_calculated_position(market, book, symbol) for symbol in book.held()]
    sums = standing(market, book).record()
    return sums | {"orders": orders, "trades": trades, "positions": positions}


def _calculated_position(market: Market, book: Book, symbol: str) -> Record:
    now = position(market, book, symbol)
    return {
        "instrument": symbol,
        "netUnrealizedPL": now["unrealizedPL"],
        "longUnrealizedPL": now["long"]["unrealizedPL"],
        "shortUnrealizedPL": now["short"]["unrealizedPL"],
        "marginUsed": now["marginUsed"],
    }


def _dynamic(market: Market, order: Order) -> Record:
    quote = market.quotes[order.instrument]
    # A price watched is bid, ask or their mid: as exact as the quote once it has the quote's decimal places.
    price = market.terms[order.instrument].price(Decimal(watched(order, (float(quote.bid), float(quote.ask)))))
    trailing = {} if order.trailing is None else {"trailingStopValue": order.trailing}
    distance = abs(price - order.level)
    return {"id": str(order.id), **trailing, "triggerDistance": distance, "isTriggerDistanceExact": True}


def _orders(book: Book, numbers: Iterable[int | str]) -> list[Record]:
    return [book.orders[int(number)].record() for number in numbers]


def _trades(market: Market, book: Book, numbers: Iterable[str]) -> list[Record]:
    return [trade_summary(market, book, book.trades[int(number)]) for number in numbers]


def _financed(recent: list[Record]) -> set[str]:
    charged = (one["positionFinancings"] for one in recent if one["type"] == "DAILY_FINANCING")
    return {part["instrument"] for parts in charged for part in parts}
