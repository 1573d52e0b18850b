"""The course of time: prices move, orders expire, trading days end, each in its turn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbats.exchange.engine.closing import close_out
from mbats.exchange.engine.financing import charge
from mbats.exchange.engine.matching import follow, match, walk
from mbats.exchange.engine.standing import standing
from mbats.market.calendar import day_end

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mbats.exchange.engine.book import Book
    from mbats.exchange.engine.market import Market, Prices

_NEVER = 2**63 - 1


class Course:
    """Moves the market and does what falls due on the way.

    At one moment expiries come first, then prices, then the end of a trading day, then fills: what fills at the first
    price of a new trading day has not been held over the end of the last. An expiry at the end of a glide comes after
    its fills. Margin is looked at when prices stand.
    """

    def __init__(self, market: Market, books: Mapping[str, Book]) -> None:
        self._market, self._accounts = market, books
        self.day_end = day_end(market.time)

    @property
    def _books(self) -> list[Book]:
        return list(self._accounts.values())

    def tick(self, time: int, prices: Prices) -> None:
        """Let prices jump at `time`."""
        self._onwards(time)
        self._pass(time, time - 1)
        self._market.jump(time, prices)
        follow(self._market, self._books)
        self._pass(time, time)
        match(self._market, self._books)
        self._close_out()

    def glide(self, until: int, prices: Prices) -> None:
        """Let prices go straight to where they are at `until`, all by the same share of the time."""
        self._onwards(until)
        market, share = self._market, 0.0
        self._pass(market.time, market.time)
        market.depart(until, prices)
        while (due := self._due()) < until:
            reached = market.share_at(due)
            match(market, self._books, share, reached)
            walk(market, self._books, reached, due)
            self._pass(due, due)
            share = reached
        match(market, self._books, share)
        market.arrive()
        follow(market, self._books)
        self._pass(until, until - 1)
        self._close_out()

    def advance(self, time: int) -> None:
        """Let time pass."""
        self._onwards(time)
        self._pass(time, time)
        self._market.time = time
        self._close_out()

    def resume(self, symbols: Iterable[str]) -> None:
        """Take up trading: what waits meets the prices that stand."""
        market = self._market
        market.resume(symbols)
        standing_prices = {symbol: market.quotes[symbol] for symbol in symbols if symbol in market.quotes}
        self.tick(market.time, {symbol: (quote.bid, quote.ask) for symbol, quote in standing_prices.items()})

    def _onwards(self, time: int) -> None:
        if time < self._market.time:
            raise ValueError(f"time does not go back: {time} comes before {self._market.time}")

    def _due(self) -> int:
        return min(self._next_lapse(), self.day_end)

    def _next_lapse(self) -> int:
        return min(
            (at for book in self._books for order in book.pending.values() if (at := order.lapses)), default=_NEVER
        )

    def _pass(self, until: int, ends_until: int) -> None:
        while (lapse := self._next_lapse()) <= until or self.day_end <= ends_until:
            if lapse <= min(until, self.day_end):
                self._stand_at(lapse)
                self._expire(lapse)
            elif self.day_end <= ends_until:
                self._stand_at(self.day_end)
                self._end_day()
            else:
                break

    def _stand_at(self, time: int) -> None:
        self._market.time = max(self._market.time, time)

    def _expire(self, time: int) -> None:
        for book in self._books:
            for order in [
                order for order in book.pending.values() if order.lapses is not None and order.lapses <= time
            ]:
                book.begin(self._market.time)
                book.cancel(order, "TIME_IN_FORCE_EXPIRED")

    def _end_day(self) -> None:
        for book in self._books:
            charge(self._market, book)
        self.day_end = day_end(self.day_end)

    def _close_out(self) -> None:
        for book in self._books:
            if book.holds and standing(self._market, book).exhausted:
                close_out(self._market, book)
