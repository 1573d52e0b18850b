from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

from mbats.exchange.engine.conversion import Conversion
from mbats.exchange.quote import Quote
from mbats.market.path import price_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mbats.exchange.engine.conversion import Factors
    from mbats.exchange.terms import Terms

Sides: TypeAlias = tuple[float, float]
"""Bid and ask, as the path computes them: unrounded inside a glide."""
Prices: TypeAlias = "Mapping[str, tuple[Decimal, Decimal]]"
"""Bid and ask by symbol, on the tick."""


class Market:
    """The prices of all instruments, standing or on their way.

    Attributes
    ----------
    time
        The present moment, nanoseconds UTC.
    moves
        How many ticks and glides there were.
    moving
        Start and end of what is on its way now, by symbol.
    liquidity
        How many units one fill may have at most, where an administrator has said so.
    """

    def __init__(self, terms: Sequence[Terms], time: int, markup: Decimal) -> None:
        self.terms = {one.symbol: one for one in terms}
        self.time, self.moves = time, 0
        self.quotes: dict[str, Quote] = {}
        self.halted: set[str] = set()
        self.liquidity: dict[str, Decimal] = {}
        self.moving: dict[str, tuple[Sides, Sides]] = {}
        self.conversion = Conversion({s: (one.base, one.quote) for s, one in self.terms.items()}, self.quotes, markup)
        self._sides: dict[str, Sides] = {}
        self._prices: Prices = {}
        self._begin = self._until = time

    def jump(self, time: int, prices: Prices) -> None:
        """Put prices where they are at `time`, without a way there: all that comes of it happens at that moment."""
        self.time = time
        self.depart(time, prices)
        self.moving = {symbol: (there, there) for symbol, (_here, there) in self.moving.items()}
        self.arrive()

    def depart(self, until: int, prices: Prices) -> None:
        """Set prices on a straight way; those without a price so far wait where they will be."""
        self.moves += 1
        self._begin, self._until, self._prices = self.time, until, prices
        ends = {symbol: (float(bid), float(ask)) for symbol, (bid, ask) in prices.items()}
        self.moving = {symbol: (self._sides.get(symbol, end), end) for symbol, end in ends.items()}

    def go(self, share: float, time: int) -> None:
        """Put everything that moves at a share (0..1) of its way."""
        self.time = time
        for symbol, (here, there) in self.moving.items():
            bid, ask = price_at(here[0], there[0], share), price_at(here[1], there[1], share)
            self._sides[symbol] = bid, ask
            tick = self.terms[symbol].tick
            self._quote(symbol, math.floor(_steps(bid, tick)) * tick, math.ceil(_steps(ask, tick)) * tick)

    def arrive(self) -> None:
        """Put everything that moves at its end."""
        self.time = self._until
        for symbol, (bid, ask) in self._prices.items():
            self._sides[symbol] = self.moving[symbol][1]
            self._quote(symbol, bid, ask)

    def share_at(self, time: int) -> float:
        """Return the share of the present way that is done at `time`."""
        return (time - self._begin) / (self._until - self._begin) if self._until > self._begin else 1.0

    def time_at(self, share: float) -> int:
        """Return the moment at which so much of the present way is done."""
        return self._begin + round(share * (self._until - self._begin))

    def sides(self, symbol: str) -> Sides:
        """Return bid and ask unrounded."""
        return self._sides[symbol]

    def open_to(self, symbol: str, home: str) -> bool:
        """Tell whether an account can trade an instrument now: it has a price, a way home, and is not halted."""
        return symbol in self.quotes and symbol not in self.halted and self.factors(symbol, home) is not None

    def halt(self, symbols: Iterable[str]) -> None:
        """Stop trading in instruments."""
        self.halted |= set(symbols)
        self._restate()

    def resume(self, symbols: Iterable[str]) -> None:
        """Let instruments be traded again."""
        self.halted -= set(symbols)
        self._restate()

    def factors(self, symbol: str, home: str) -> Factors | None:
        """Return what an instrument's quote currency is worth at home."""
        return self.conversion.factors(self.terms[symbol].quote, home)

    def place(self, quotes: Mapping[str, Quote]) -> None:
        """Take over prices that stood before."""
        self.quotes.update(quotes)
        self._sides = {symbol: (float(quote.bid), float(quote.ask)) for symbol, quote in quotes.items()}

    def _quote(self, symbol: str, bid: Decimal, ask: Decimal) -> None:
        terms = self.terms[symbol]
        self.quotes[symbol] = Quote(self.time, terms.price(bid), terms.price(ask), symbol not in self.halted)

    def _restate(self) -> None:
        for symbol, quote in self.quotes.items():
            self.quotes[symbol] = Quote(quote.time, quote.bid, quote.ask, symbol not in self.halted)


def _steps(price: float, tick: Decimal) -> float:
    # The last bits of a price on the tick must not push it to the next.
    return round(price / float(tick), 6)
