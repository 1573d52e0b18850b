from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

import numpy as np

from mbats.market.bars import Bars, Quotes
from mbats.market.local_time import DAY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbats.market.instrument import Instrument
    from mbats.market.timeframe import Timeframe

_AT_LEAST = 56 * DAY


class Generator(Protocol):
    """Makes a market out of nothing: the same bars whenever it is asked."""

    def __call__(self, start: int, end: int) -> Mapping[str, Bars]:
        """Return the bars that open in ``[start, end)``, nanoseconds UTC, by symbol."""
        ...


class GrowingTape:
    """A generated market that never ends: made weeks ahead of the present, again and again.

    Parameters
    ----------
    begins
        Before its first bar, nanoseconds UTC.
    until
        Up to where it is made at once.
    """

    def __init__(self, generate: Generator, begins: int, until: int) -> None:
        self._generate, self._made_until = generate, until + _AT_LEAST
        self._market = dict(generate(begins, self._made_until))
        first, *_ = self._market.values()
        self.timeframe: Timeframe = first.timeframe
        self.instruments: Mapping[str, Instrument] = {name: bars.instrument for name, bars in self._market.items()}
        self.synthetic, self.ends = True, None
        self.begins = min(int(bars.time[0]) for bars in self._market.values())

    def bars(self, symbol: str, until: int) -> Bars:
        """Return the bars of `symbol` that open before `until`, and those behind them that are made already."""
        if until > self._made_until:
            self._grow(until)
        return self._market[symbol]

    def _grow(self, until: int) -> None:
        target = max(until, self._made_until + _AT_LEAST, self._made_until + (self._made_until - self.begins) // 4)
        more = self._generate(self._made_until, target)
        self._market = {symbol: _joined(bars, more[symbol]) for symbol, bars in self._market.items()}
        self._made_until = target


def _joined(one: Bars, other: Bars) -> Bars:
    return replace(
        one,
        time=np.concatenate([one.time, other.time]),
        known_at=np.concatenate([one.known_at, other.known_at]),
        mid=_one_side(one.mid, other.mid),
        volume=np.concatenate([one.volume, other.volume]),
        bid=_one_side(one.bid, other.bid),
        ask=_one_side(one.ask, other.ask),
    )


def _one_side(one: Quotes | None, other: Quotes | None) -> Quotes:
    assert one is not None
    assert other is not None
    columns = ((getattr(one, name), getattr(other, name)) for name in ("open", "high", "low", "close"))
    return Quotes(*(np.concatenate(pair) for pair in columns))
