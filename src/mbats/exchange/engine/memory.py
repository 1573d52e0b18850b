"""What the engine needs to go on after a restart: plain values, rows of orders and trades apart."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from mbats.exchange.engine.book import Book, Tally
from mbats.exchange.engine.order import Order
from mbats.exchange.engine.trade import Trade
from mbats.exchange.moment import Moment
from mbats.exchange.quote import Quote

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mbats.exchange.engine.market import Market
    from mbats.exchange.reply import Record

_SIDES = {"long": True, "short": False}
_KEPT = ("alias", "margin_rate", "balance", "pl", "financing", "last_fill")


def snapshot(market: Market, books: Mapping[str, Book], requests: int, *, whole: bool) -> Record:
    """Return the state of market and accounts; without `whole` only the orders and trades that have changed."""
    quotes = {symbol: [Moment(quote.time), quote.bid, quote.ask] for symbol, quote in market.quotes.items()}
    exchange = {
        "time": Moment(market.time),
        "markup": market.conversion.markup,
        "requests": requests,
        "moves": market.moves,
        "quotes": quotes,
        "halted": sorted(market.halted),
        "liquidity": dict(market.liquidity),
    }
    return {"exchange": exchange, "accounts": {name: _account(book, whole) for name, book in books.items()}}


def restore(
    market: Market,
    books: dict[str, Book],
    state: Record,
    transactions: Mapping[str, Sequence[Record]],
    tell: Callable[[str, Record], None],
) -> None:
    """Put market and accounts where a whole snapshot says they stood."""
    told = state["exchange"]
    market.moves, market.halted = told["moves"], set(told["halted"])
    market.liquidity.update(told["liquidity"])
    market.place(
        {
            symbol: Quote(int(time), bid, ask, symbol not in market.halted)
            for symbol, (time, bid, ask) in told["quotes"].items()
        }
    )
    for name, account in state["accounts"].items():
        books[name] = _book(name, account, list(transactions[name]), tell)


def _account(book: Book, whole: bool) -> Record:
    orders = book.orders if whole else {number: book.orders[number] for number in sorted(book.changed_orders)}
    trades = book.trades if whole else {number: book.trades[number] for number in sorted(book.changed_trades)}
    book.changed_orders, book.changed_trades = set(), set()
    return {
        "book": _own(book),
        "orders": {str(number): _row(order) for number, order in orders.items()},
        "trades": {str(number): _row(trade) for number, trade in trades.items()},
    }


def _own(book: Book) -> Record:
    kept = {name: getattr(book, name) for name in _KEPT}
    head = {"currency": book.currency, "user": book.user, "created": Moment(book.created)}
    return head | kept | {"tallies": {symbol: _tally(tally) for symbol, tally in book.tallies.items()}}


def _tally(tally: Tally) -> Record:
    return {side: {"pl": tally.pl[long], "financing": tally.financing[long]} for side, long in _SIDES.items()}


def _row(item: Order | Trade) -> Record:
    row = {field.name: getattr(item, field.name) for field in fields(item)}
    return {name: _copied(value) for name, value in row.items()}


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _copied(inner) for name, inner in value.items()}
    return [_copied(inner) for inner in value] if isinstance(value, list) else value


def _book(name: str, account: Record, log: list[Record], tell: Callable[[str, Record], None]) -> Book:
    own = account["book"]
    book = Book(name, own["currency"], user=own["user"], alias=own["alias"], created=int(own["created"]))
    for kept in _KEPT:
        setattr(book, kept, own[kept])
    for symbol, sides in own["tallies"].items():
        by_long = {long: sides[side] for side, long in _SIDES.items()}
        money = {what: {long: side[what] for long, side in by_long.items()} for what in ("pl", "financing")}
        book.tallies[symbol] = Tally(**money)
    book.orders = {int(number): Order(**_copied(row)) for number, row in _by_number(account["orders"])}
    book.trades = {int(number): Trade(**_copied(row)) for number, row in _by_number(account["trades"])}
    book.transactions, book.tell = log, tell
    book.restored()
    return book


def _by_number(rows: Record) -> list[tuple[str, Record]]:
    return sorted(rows.items(), key=lambda item: int(item[0]))
