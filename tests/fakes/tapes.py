"""Bars with both sides for the exchange, made by hand."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mbats.market.bars import Bars, Quotes
from mbats.market.calendar import expected_opens, known_at
from mbats.market.catalogue import fx_pair
from mbats.market.columns import IntColumn, TimeColumn
from mbats.market.timeframe import Timeframe


def at(text: str) -> int:
    """Return nanoseconds UTC of ``2024-01-08T10:00``."""
    return int(np.datetime64(text, "ns").astype(np.int64))


def quoted(
    symbol: str, time: TimeColumn, ticks: IntColumn, *, timeframe: str = "H1", spread: int = 2, volume: float = 0.0
) -> Bars:
    """Return bars of open, high, low, close in ticks of the bid, shape (n, 4); the ask is `spread` ticks above."""
    instrument, length = fx_pair(symbol), Timeframe(timeframe)
    steps = float(1 / instrument.tick)
    bid = Quotes(*(column / steps for column in ticks.T))
    ask = Quotes(*((column + spread) / steps for column in ticks.T))
    mid = Quotes(*((getattr(bid, name) + getattr(ask, name)) / 2 for name in ("open", "high", "low", "close")))
    known = known_at(time, length)
    return Bars(instrument, length, time, known, mid, np.full(len(time), volume), bid, ask, vendor="made")


def walk(
    symbol: str,
    start: str,
    end: str,
    *,
    timeframe: str = "H1",
    seed: int = 1,
    begin: int = 110_000,
    holes: float = 0.0,
    jump: int = 3,
) -> Bars:
    """Return a random walk in ticks over the market's hours, with jumps between bars and a share of them left out."""
    time = expected_opens(at(start), at(end), Timeframe(timeframe))
    random = np.random.default_rng(seed)
    moves = random.integers(-30, 31, len(time))
    close = begin + np.cumsum(moves)
    opening = close - moves + random.integers(-jump, jump + 1, len(time))
    high = np.maximum(opening, close) + random.integers(0, 20, len(time))
    low = np.minimum(opening, close) - random.integers(0, 20, len(time))
    kept = random.random(len(time)) >= holes
    return quoted(symbol, time[kept], np.column_stack([opening, high, low, close])[kept], timeframe=timeframe)


def steps(symbol: str, start: str, bars: Sequence[tuple[int, int, int, int]], *, timeframe: str = "H1") -> Bars:
    """Return consecutive bars from `start` on with the given prices in ticks of the bid."""
    time = at(start) + np.arange(len(bars)) * Timeframe(timeframe).nanoseconds
    return quoted(symbol, time, np.array(bars), timeframe=timeframe)


@dataclass
class Past:
    """A market that has come to `time`, for candles."""

    market: dict[str, Bars]
    time: int

    def bars(self, symbol: str) -> Bars | None:
        return self.market.get(symbol)
