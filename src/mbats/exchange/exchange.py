"""The paper exchange's engine: accounts and orders against prices it is told. It knows no clock and does no IO."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from mbats.exchange.engine import account_record, amending, closing, memory, trade_orders
from mbats.exchange.engine.accounts import open_book, transfer
from mbats.exchange.engine.changes import changes
from mbats.exchange.engine.course import Course
from mbats.exchange.engine.market import Market
from mbats.exchange.engine.submission import submit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from mbats.exchange.engine.book import Book
    from mbats.exchange.engine.market import Prices
    from mbats.exchange.quote import Quote
    from mbats.exchange.reply import Record, Reply
    from mbats.exchange.terms import Terms


class Exchange:
    """Accounts at an exchange. Everything happens in the call that brings it about; time is what it was last told.

    Parameters
    ----------
    instruments
        What can be traded; a pair connects currencies, too.
    time
        The present, nanoseconds UTC.
    markup
        What conversion to an account's currency costs: gains at mid less this fraction, losses at mid plus it.

    Notes
    -----
    Commands take an account's id, the JSON bodies of OANDA's requests, and the `request` id under which their
    transactions are to be found (made up where empty). Listeners are called with account id and transaction, in order.
    """

    def __init__(self, instruments: Sequence[Terms], *, time: int, markup: Decimal = Decimal("0.005")) -> None:
        self.market = Market(instruments, time, markup)
        self.books: dict[str, Book] = {}
        self.listeners: list[Callable[[str, Record], None]] = []
        self.course = Course(self.market, self.books)
        self.requests = 0

    def open_account(
        self,
        account: str,
        currency: str = "USD",
        cash: Decimal = Decimal(100_000),
        *,
        alias: str = "Primary",
        user: int = 1,
        margin_rate: Decimal | None = None,
    ) -> None:
        """Open an account and put money on it.

        Raises
        ------
        NoConversion
            When an instrument's quote currency cannot be converted to `currency`.
        """
        for terms in self.market.terms.values():
            if terms.quote != currency:
                self.market.conversion.route(terms.quote, currency)
        book = open_book(account, currency, cash, self.time, self._told, alias=alias, user=user, rate=margin_rate)
        self.books[account] = book

    @property
    def time(self) -> int:
        """The present, nanoseconds UTC."""
        return self.market.time

    @property
    def symbols(self) -> tuple[str, ...]:
        """All instruments, in the order they were named."""
        return tuple(self.market.terms)

    @property
    def accounts(self) -> tuple[str, ...]:
        """All accounts, in the order they were opened."""
        return tuple(self.books)

    def instrument(self, symbol: str) -> Terms:
        """Return the terms of an instrument; raises `KeyError` for an unknown one."""
        return self.market.terms[symbol]

    def set_financing(self, symbol: str, long_rate: Decimal, short_rate: Decimal) -> None:
        """Charge an instrument at other yearly rates from now on; a restart forgets them."""
        terms = self.market.terms[symbol]
        self.market.terms[symbol] = replace(terms, long_rate=long_rate, short_rate=short_rate)

    def quote(self, symbol: str) -> Quote | None:
        """Return the prices of an instrument; None as long as it has none."""
        return self.market.quotes.get(symbol)

    def account(self, account: str) -> Book:
        """Return an account's book; raises `KeyError` for an unknown one."""
        return self.books[account]

    # Moves of the market.

    def tick(self, time: int, prices: Prices) -> None:
        """Let prices jump: orders meet the first price. The end of a trading day at this very moment comes after."""
        self.course.tick(time, prices)

    def glide(self, until: int, prices: Prices) -> None:
        """Let prices go in straight lines, together: every level on the way is traded through, in time order."""
        self.course.glide(until, prices)

    def advance(self, time: int) -> None:
        """Let time pass without a price: orders expire, ends of trading days are charged, each at its moment."""
        self.course.advance(time)

    def halt(self, symbols: Iterable[str]) -> None:
        """Stop trading in instruments; their orders wait."""
        self.market.halt(symbols)

    def resume(self, symbols: Iterable[str]) -> None:
        """Take up trading again: orders meet the prices that stand by now."""
        self.course.resume(symbols)

    def liquidity(self, symbol: str, units: Decimal | None) -> None:
        """Let no fill have more than so many units; None: as many as it likes."""
        self.market.liquidity.pop(symbol, None)
        if units is not None:
            self.market.liquidity[symbol] = units

    # Commands of clients.

    def submit(self, account: str, order: Mapping[str, Any], *, request: str = "") -> Reply:
        """Take an order, or refuse it."""
        return submit(self.market, self._begin(account, request), order)

    def replace(self, account: str, specifier: str, order: Mapping[str, Any], *, request: str = "") -> Reply:
        """Cancel a waiting order and put another in its place."""
        return amending.replace(self.market, self._begin(account, request), specifier, order)

    def cancel(self, account: str, specifier: str, *, request: str = "") -> Reply:
        """Cancel a waiting order."""
        return amending.cancel(self._begin(account, request), specifier)

    def close_trade(self, account: str, specifier: str, body: Mapping[str, Any], *, request: str = "") -> Reply:
        """Close a trade, or so many units of it."""
        return closing.close_trade(self.market, self._begin(account, request), specifier, body)

    def close_position(self, account: str, instrument: str, body: Mapping[str, Any], *, request: str = "") -> Reply:
        """Close a position, or so many units of it."""
        return closing.close_position(self.market, self._begin(account, request), instrument, body)

    def set_trade_orders(self, account: str, specifier: str, body: Mapping[str, Any], *, request: str = "") -> Reply:
        """Create, replace or cancel what protects a trade."""
        return trade_orders.set_trade_orders(self.market, self._begin(account, request), specifier, body)

    def set_order_extensions(
        self, account: str, specifier: str, body: Mapping[str, Any], *, request: str = ""
    ) -> Reply:
        """Change what a client has written on a waiting order."""
        return amending.set_order_extensions(self._begin(account, request), specifier, body)

    def set_trade_extensions(
        self, account: str, specifier: str, body: Mapping[str, Any], *, request: str = ""
    ) -> Reply:
        """Change what a client has written on an open trade."""
        return amending.set_trade_extensions(self._begin(account, request), specifier, body)

    def configure(self, account: str, body: Mapping[str, Any], *, request: str = "") -> Reply:
        """Change an account's alias or margin rate."""
        return amending.configure(self._begin(account, request), body)

    def transfer(self, account: str, amount: Decimal, comment: str = "", *, request: str = "") -> Reply:
        """Put money on an account, or take it off (below zero)."""
        return transfer(self._begin(account, request), amount, comment)

    def margin_call(self, account: str) -> None:
        """Close everything that an account holds, as if its margin were gone."""
        closing.close_out(self.market, self.books[account])

    # Views.

    def summary(self, account: str) -> Record:
        """Return an account without its trades, positions and orders."""
        return account_record.summary(self.market, self.books[account])

    def details(self, account: str) -> Record:
        """Return an account with open trades, positions and pending orders."""
        return account_record.details(self.market, self.books[account])

    def changes(self, account: str, since: int) -> Record:
        """Return what has changed since a transaction's id, and the state of now."""
        return changes(self.market, self.books[account], since)

    def orders(self, account: str) -> list[Record]:
        """Return all orders, newest first."""
        return [order.record() for order in reversed(self.books[account].orders.values())]

    def pending_orders(self, account: str) -> list[Record]:
        """Return the orders that wait, newest first."""
        return [order.record() for order in reversed(self.books[account].pending.values())]

    def order(self, account: str, specifier: str) -> Record | None:
        """Return the order of an id, or the pending one of ``@`` and a client's id."""
        order = amending.find_order(self.books[account], specifier)
        return order.record() if order else None

    def trades(self, account: str) -> list[Record]:
        """Return all trades, newest first."""
        book = self.books[account]
        return [account_record.trade_record(self.market, book, trade) for trade in reversed(book.trades.values())]

    def open_trades(self, account: str) -> list[Record]:
        """Return the open trades, newest first."""
        book = self.books[account]
        return [account_record.trade_record(self.market, book, trade) for trade in reversed(book.open_trades())]

    def trade(self, account: str, specifier: str) -> Record | None:
        """Return the trade of an id, or the open one of ``@`` and a client's id."""
        book = self.books[account]
        trade = closing.find_trade(book, specifier)
        return account_record.trade_record(self.market, book, trade) if trade else None

    def positions(self, account: str) -> list[Record]:
        """Return the positions of every instrument that was ever traded."""
        return account_record.positions(self.market, self.books[account])

    def open_positions(self, account: str) -> list[Record]:
        """Return the positions that are not flat."""
        book = self.books[account]
        return [account_record.position(self.market, book, symbol) for symbol in book.held()]

    def position(self, account: str, symbol: str) -> Record | None:
        """Return the position of an instrument, flat or not; None if it was never traded."""
        book = self.books[account]
        return account_record.position(self.market, book, symbol) if symbol in book.tallies else None

    def home_conversions(self, account: str) -> list[Record]:
        """Return what each currency is worth in the account's."""
        return account_record.home_conversions(self.market, self.books[account])

    def last_transaction(self, account: str) -> int:
        """Return the id of the last transaction."""
        return len(self.books[account].transactions)

    def transactions(self, account: str) -> Sequence[Record]:
        """Return the log; transaction n stands at n - 1."""
        return self.books[account].transactions

    # Memory.

    def snapshot(self) -> Record:
        """Return all that it would need to go on, except instruments and transactions."""
        return memory.snapshot(self.market, self.books, self.requests, whole=True)

    def delta(self) -> Record:
        """Return a snapshot with only the orders and trades that changed since the last snapshot or delta."""
        return memory.snapshot(self.market, self.books, self.requests, whole=False)

    @classmethod
    def restore(
        cls, instruments: Sequence[Terms], state: Record, transactions: Mapping[str, Sequence[Record]]
    ) -> Exchange:
        """Return the exchange of a snapshot and its log."""
        told = state["exchange"]
        exchange = cls(instruments, time=int(told["time"]), markup=told["markup"])
        exchange.requests = told["requests"]
        memory.restore(exchange.market, exchange.books, state, transactions, exchange._told)
        return exchange

    def _begin(self, account: str, request: str) -> Book:
        book = self.books[account]
        self.requests += 1
        book.begin(self.market.time, request or f"{book.user}{self.requests:012d}")
        return book

    def _told(self, account: str, transaction: Record) -> None:
        for listener in self.listeners:
            listener(account, transaction)
