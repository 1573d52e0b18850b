"""Views made by hand: three instruments with holes, prices rounded to the tick, and a series with revisions."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from mbats.features.view import View
from mbats.market.bars import Bars, Quotes
from mbats.market.calendar import expected_opens, known_at
from mbats.market.catalogue import fx_pair
from mbats.market.local_time import DAY, HOUR
from mbats.market.timeframe import Timeframe

if TYPE_CHECKING:
    from mbats.market.columns import FloatColumn

WEDNESDAY = 1_709_672_400_000_000_000  # 2024-03-05 21:00 UTC: a week with a change of clocks ahead
SYMBOLS = ("EUR_USD", "GBP_USD", "USD_JPY")


def wandering(symbol: str, rows: int, seed: int, timeframe: str = "H1", start: int = WEDNESDAY) -> Bars:
    """Return bars of a random walk on the FX calendar with one bar in thirty missing, bid and ask, and volume."""
    length, instrument = Timeframe(timeframe), fx_pair(symbol)
    random = np.random.default_rng([seed, *symbol.encode()])
    opens = expected_opens(start, start + 3 * rows * max(length.nanoseconds, HOUR) + 30 * DAY, length)
    time = opens[random.random(len(opens)) > 1 / 30][:rows]
    tick = float(instrument.tick)
    level = 140.0 if instrument.quote == "JPY" else 1.2
    close = level * np.exp(np.cumsum(random.normal(0.0, 1e-3, rows)))
    opening = np.append(close[:1], close[:-1]) * np.exp(random.normal(0.0, 1e-4, rows))
    reach = level * random.exponential(5e-4, (2, rows))
    sides = [opening, np.maximum(opening, close) + reach[0], np.minimum(opening, close) - reach[1], close]
    bid = Quotes(*(_rounded(side, tick) for side in sides))
    width = tick * random.integers(1, 30, rows)
    ask = Quotes(*(side + width for side in (bid.open, bid.high, bid.low, bid.close)))
    pairs = zip((bid.open, bid.high, bid.low, bid.close), (ask.open, ask.high, ask.low, ask.close), strict=True)
    mid = Quotes(*((low + high) / 2 for low, high in pairs))
    volume = random.integers(0, 500, rows).astype(np.float64)
    return Bars(instrument, length, time, known_at(time, length), mid, volume, bid, ask, vendor="made by hand")


@cache
def view(rows: int = 400, seed: int = 0, timeframe: str = "H1") -> View:
    """Return EUR_USD beside two other instruments and a revised series."""
    bars, *others = (wandering(symbol, rows, seed, timeframe) for symbol in SYMBOLS)
    return View(bars, {other.instrument.symbol: other for other in others}, {"cpi": revised(bars, seed)})


def revised(bars: Bars, seed: int) -> dict[str, FloatColumn]:
    """Return a figure for every third day, published two days later, and half of the time revised after two more."""
    random = np.random.default_rng([seed, 99])
    time = np.arange(bars.time[0] - 30 * DAY, bars.known_at[-1], 3 * DAY)
    again = time[random.random(len(time)) < 0.5]
    known = np.concatenate([time + 2 * DAY, again + 4 * DAY])
    value = np.round(random.normal(2.0, 0.3, len(known)), 1)
    order = random.permutation(len(known))
    return {"time": np.concatenate([time, again])[order], "known_at": known[order], "value": value[order]}


def from_bar(whole: View, row: int) -> View:
    """Return the same view begun at the bar in `row`, other instruments too."""
    start = int(whole.bars.time[row])
    others = {symbol: bars.between(start, 2**62) for symbol, bars in whole.others.items()}
    return View(whole.bars.rows(row, len(whole.bars)), others, whole.series)


def until_bar(whole: View, row: int) -> View:
    """Return what was known when the bar before `row` was: its instruments' bars and the series' rows."""
    now = int(whole.bars.known_at[row - 1])
    others = {symbol: bars.rows(0, int((bars.known_at <= now).sum())) for symbol, bars in whole.others.items()}
    series = {
        name: {column: values[table["known_at"] <= now] for column, values in table.items()}
        for name, table in whole.series.items()
    }
    return replace(whole, bars=whole.bars.rows(0, row), others=others, series=series)


def same_bits(one: FloatColumn, other: FloatColumn) -> bool:
    """Tell whether two arrays have the same values in the same bits; any NaN equals any other."""
    bits = [np.nan_to_num(np.ascontiguousarray(values)).view(np.int64) for values in (one, other)]
    return bool(np.array_equal(np.isnan(one), np.isnan(other)) and np.array_equal(*bits))


def _rounded(values: FloatColumn, tick: float) -> FloatColumn:
    return np.round(np.round(values / tick) * tick, 6)
