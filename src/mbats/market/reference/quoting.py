"""From log rates to what a venue shows: bid and ask bars, bid rounded down and ask up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mbats.market.bars import Quotes
from mbats.market.reference.minutes import random_numbers
from mbats.market.reference.pegs import pegged
from mbats.market.reference.spreads import HALF_SPREAD

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mbats.market.columns import FloatColumn, TimeColumn
    from mbats.market.instrument import Instrument
    from mbats.market.reference.minutes import Minutes


def quote(minutes: Minutes, instrument: Instrument, grid: TimeColumn) -> tuple[TimeColumn, Quotes, Quotes]:
    """Return opening times, bid and ask of a pair's bars that open at times of `grid`.

    A bar without a minute (a hole of its currency, a peg) is missing. The highest and lowest mid inside a minute are
    those of a Brownian bridge from its first to its last price, drawn by inverting their distribution; the spread is
    constant inside a minute.
    """
    base, other = minutes.currencies.index(instrument.base), minutes.currencies.index(instrument.quote)
    pegs = pegged(instrument.base, instrument.quote, minutes.keys)
    rows = minutes.wanted & ~(minutes.hole[:, base] | minutes.hole[:, other] | pegs)[minutes.stretch]
    first, last = (logs[rows, other] - logs[rows, base] for logs in (minutes.start, minutes.end))
    reach = _reach(minutes, base, other)[rows]
    above, below = extremes(first, last, reach)
    mid = [np.exp(logs) for logs in (first, above, below, last)]
    half = minutes.spread[rows] * (HALF_SPREAD[instrument.base] + HALF_SPREAD[instrument.quote])
    steps = float(1 / instrument.tick)
    bars = np.searchsorted(grid, minutes.time[rows], side="right") - 1
    begins = np.flatnonzero(np.diff(bars, prepend=-1))
    bid = _aggregate(begins, [np.floor(price * (1.0 - half) * steps) / steps for price in mid])
    ask = _aggregate(begins, [np.ceil(price * (1.0 + half) * steps) / steps for price in mid])
    return grid[bars[begins]], bid, ask


def mid_of(bid: Quotes, ask: Quotes) -> Quotes:
    """Return the means of both sides, as venues make their mid bars."""
    return Quotes(
        (bid.open + ask.open) / 2, (bid.high + ask.high) / 2, (bid.low + ask.low) / 2, (bid.close + ask.close) / 2
    )


def extremes(first: FloatColumn, last: FloatColumn, reach: NDArray[np.float64]) -> tuple[FloatColumn, FloatColumn]:
    """Return highest and lowest log price: ``(a + b +- sqrt((b - a)^2 - 2 v ln U)) / 2`` with ``U`` uniform.

    The maximum of a Brownian bridge from a to b of variance v (Borodin and Salminen, *Handbook of Brownian Motion*,
    part II, 1.1.8) and its mirror image; `reach` holds ``-2 v ln U`` for both, shape (m, 2).
    """
    width = np.sqrt((last - first)[:, None] ** 2 + reach)
    middle = first + last
    return (middle + width[:, 0]) / 2.0, (middle - width[:, 1]) / 2.0


def _reach(minutes: Minutes, base: int, other: int) -> NDArray[np.float64]:
    covariance = minutes.variance
    whole = covariance[:, base, base] + covariance[:, other, other] - 2.0 * covariance[:, base, other]
    variance = whole[minutes.stretch] * minutes.step
    uniform = _uniforms(minutes, base * len(minutes.currencies) + other)
    reach: NDArray[np.float64] = -2.0 * variance[:, None] * np.log1p(-uniform)
    return reach


def _uniforms(minutes: Minutes, pair: int) -> NDArray[np.float64]:
    counts = np.bincount(minutes.stretch, minlength=len(minutes.keys))
    rows = [
        random_numbers(minutes.seed, int(key), pair).random((int(count), 2))
        for key, count in zip(minutes.keys, counts, strict=True)
    ]
    return np.concatenate(rows)


def _aggregate(begins: NDArray[np.intp], prices: list[FloatColumn]) -> Quotes:
    opens, highs, lows, closes = prices
    if not len(begins):
        return Quotes(opens, highs, lows, closes)
    lasts = np.append(begins[1:], len(closes)) - 1
    return Quotes(opens[begins], np.maximum.reduceat(highs, begins), np.minimum.reduceat(lows, begins), closes[lasts])
