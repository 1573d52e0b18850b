"""What a desk sees at the close of a bar: the market up to it, and the session's own book as it stood then."""

from __future__ import annotations

import math
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mbats.execution.margin import converted
from mbats.market.conversion import Conversion

if TYPE_CHECKING:
    from collections.abc import Callable

    from mbats.execution.broker import Transaction
    from mbats.live.book import Book, Trade
    from mbats.live.decision import Decision
    from mbats.live.history import History
    from mbats.live.past import Past
    from mbats.market.bars import Bars


class Origin(NamedTuple):
    """Where an order or a trade of ours comes from: the decision, and whether its stop went to the fill price."""

    decision: Decision | None
    moved: bool = False


class View:
    """The close of the bars that opened at `time`.

    Parameters
    ----------
    book
        As it stood when those bars were known.
    origin
        Tells of a trade or waiting order's client id, and of a trade's number, what was decided.
    markup
        Share of the rate that the venue keeps when it converts, for the net asset value.
    past
        All that happened, in the order of the log, newer than `time` as well.
    """

    def __init__(
        self,
        time: int,
        history: History,
        book: Book,
        origin: Callable[[str, int], Origin],
        *,
        markup: float,
        past: Past,
    ) -> None:
        self.time, self.past = time, past
        self._history, self._book, self._origin, self._markup = history, book, origin, markup
        self._bars: dict[str, Bars] = {}

    def bars(self, symbol: str) -> Bars:
        """Return the bars of an instrument up to this close."""
        if symbol not in self._bars:
            self._bars[symbol] = self._history.bars(symbol, self.time)
        return self._bars[symbol]

    def trades(self, symbol: str) -> list[Trade]:
        """Return the session's open trades, oldest first."""
        return self._book.mine(symbol)

    def waiting(self, symbol: str) -> list[Transaction]:
        """Return the session's orders that wait for their price."""
        return self._book.waiting(symbol)

    def origin(self, client_id: str, trade: int = 0) -> Origin:
        """Return what stands behind a client id of ours."""
        return self._origin(client_id, trade)

    def bars_held(self, symbol: str, since: int) -> int:
        """Return how many bars an instrument has had since a moment, the bar of that moment included."""
        known = self.bars(symbol).known_at
        return len(known) - int(np.searchsorted(known, since, side="right"))

    def rate(self, symbol: str, time: int | None = None) -> float:
        """Return account currency per unit of the instrument's quote currency, now or at a time before."""
        return self._rate(symbol, int(self.bars(symbol).known_at[-1]) if time is None else time)

    @cached_property
    def nav(self) -> float:
        """Cash and what closing every position at the last prices would bring, as simulators reckon it."""
        cash = float(self._book.opening + self._book.earned)
        held = dict.fromkeys(trade.instrument for trade in self._book.mine())
        order = [symbol for symbol in self._history.symbols if symbol in held]
        return cash + sum(self._unrealised(symbol) for symbol in order)

    def _unrealised(self, symbol: str) -> float:
        bars = self.bars(symbol)
        if not len(bars):
            return 0.0
        sides = (bars.bid or bars.mid, bars.ask or bars.mid)
        profit = 0.0
        for trade in self._book.mine(symbol):
            leaving = float(sides[0].close[-1] if trade.units > 0 else sides[1].close[-1])
            profit += float(trade.units) * (leaving - float(trade.price))
        if bars.instrument.quote == self._book.currency or math.isnan(profit):
            return profit
        return converted(profit, self._rate(symbol, self._known), self._markup)

    @cached_property
    def _known(self) -> int:
        known = [int(bars.known_at[-1]) for bars in map(self.bars, self._history.symbols) if len(bars)]
        return max(known)

    @cached_property
    def _conversion(self) -> Conversion:
        return Conversion(self._book.currency, {symbol: self.bars(symbol) for symbol in self._history.symbols})

    def _rate(self, symbol: str, time: int) -> float:
        return self._conversion.rate(self.bars(symbol).instrument.quote, time)
