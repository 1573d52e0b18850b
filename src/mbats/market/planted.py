"""A generated market with a known weak signal, to see whether a method finds what is there, and only that.

Every currency has a price in USD whose logarithm moves, in each bar, by ``s * (w * f + sqrt(1 - w^2) * e)``: `s` is the
bar's standard deviation, half a percent a day scaled by the square root of the bar's length, `e` a standard normal
number, `w` the strength of the signal, and `f` the sign of the price's move over the twelve bars before, +1 or -1. So
the return of a bar of a pair with USD, from open to close, has variance ``s^2`` whatever `w` is, and its correlation
with `f` (the information coefficient) is `w`. Of other pairs both legs drift so. There is no other structure: hours,
days and weekends are alike, spreads constant.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from mbats.errors.market import CurrencyNotPlanted, SignalTooStrong
from mbats.market.bars import Bars, Quotes
from mbats.market.calendar import expected_opens, known_at
from mbats.market.catalogue import fx_pair
from mbats.market.local_time import DAY
from mbats.market.reference.minutes import random_numbers
from mbats.market.reference.quoting import extremes, mid_of
from mbats.market.reference.spreads import HALF_SPREAD

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbats.market.columns import FloatColumn, TimeColumn
    from mbats.market.instrument import Instrument
    from mbats.market.timeframe import Timeframe

VENDOR = "planted"
NOTICE = (
    "Planted market: generated, with a signal of known strength in it; a profit here says something about the method "
    "that made it, nothing about any market."
)
LAGS = 12
"""How many bars the signal looks back."""
SIGNAL, SEED = 0.05, 20
VOLATILITY = 0.005
"""Standard deviation of a day's log return of each currency in USD."""

# What a unit costs in USD when the market begins: round numbers. The order is part of the random numbers' key.
_BEGINNING = {
    "EUR": 1.10,
    "JPY": 0.0068,
    "GBP": 1.27,
    "CHF": 1.12,
    "CAD": 0.73,
    "AUD": 0.66,
    "NZD": 0.61,
}


def planted(
    symbols: Sequence[str],
    timeframe: Timeframe,
    start: int,
    end: int,
    *,
    signal: float = SIGNAL,
    seed: int = SEED,
) -> dict[str, Bars]:
    """Return the bars that open in ``[start, end)`` of a market that begins at `start`, by symbol.

    The same `start` gives the same bars, whatever the end.

    Parameters
    ----------
    symbols
        Pairs of USD, EUR, JPY, GBP, CHF, CAD, AUD and NZD.
    start, end
        Nanoseconds UTC.
    signal
        Correlation of a bar's return with the sign of the move over the twelve bars before; 0: none.

    Raises
    ------
    CurrencyNotPlanted, SignalTooStrong
    """
    if not -1.0 < signal < 1.0:
        raise SignalTooStrong(signal=signal)
    instruments = [_instrument(symbol) for symbol in symbols]
    opens = expected_opens(start, end, timeframe)
    deviation = VOLATILITY * math.sqrt(timeframe.nanoseconds / DAY)
    currencies = {code for one in instruments for code in (one.base, one.quote)}
    logs = {code: _logs(code, len(opens), deviation, signal, seed) for code in sorted(currencies)}
    noise = deviation * math.sqrt(1.0 - signal**2)
    return {one.symbol: _bars(one, timeframe, opens, logs, noise=noise, seed=seed) for one in instruments}


def _instrument(symbol: str) -> Instrument:
    instrument = fx_pair(symbol)
    known = ("USD", *_BEGINNING)
    for currency in (instrument.base, instrument.quote):
        if currency not in known:
            raise CurrencyNotPlanted(symbol=symbol, currency=currency, known=", ".join(known))
    return instrument


def _logs(currency: str, count: int, deviation: float, signal: float, seed: int) -> FloatColumn:
    """Return the log price in USD at the open of the first bar and at every close, shape (count + 1,)."""
    if currency == "USD":
        return np.zeros(count + 1)
    key = list(_BEGINNING).index(currency)
    noise = random_numbers(seed, key).standard_normal(count) * (deviation * math.sqrt(1.0 - signal**2))
    drift, moved, prices = signal * deviation, 0.0, [0.0]
    for number, step in enumerate(noise.tolist()):
        past = prices[number] - prices[max(0, number - LAGS)]
        moved += step + (drift if past > 0 else -drift if past < 0 else 0.0)
        prices.append(moved)
    return np.array(prices) + math.log(_BEGINNING[currency])


def _bars(
    instrument: Instrument,
    timeframe: Timeframe,
    opens: TimeColumn,
    logs: dict[str, FloatColumn],
    *,
    noise: float,
    seed: int,
) -> Bars:
    price = logs[instrument.base] - logs[instrument.quote]
    first, last = price[:-1], price[1:]
    legs = sum(code != "USD" for code in (instrument.base, instrument.quote))
    uniform = random_numbers(seed, *instrument.symbol.encode()).random((len(opens), 2))
    above, below = extremes(first, last, -2.0 * legs * noise**2 * np.log1p(-uniform))
    mid = [np.exp(level) for level in (first, above, below, last)]
    half = HALF_SPREAD[instrument.base] + HALF_SPREAD[instrument.quote]
    steps = float(1 / instrument.tick)
    bid = Quotes(*(np.floor(level * (1.0 - half) * steps) / steps for level in mid))
    ask = Quotes(*(np.ceil(level * (1.0 + half) * steps) / steps for level in mid))
    return Bars(
        instrument=instrument,
        timeframe=timeframe,
        time=opens,
        known_at=known_at(opens, timeframe),
        mid=mid_of(bid, ask),
        volume=np.zeros(len(opens)),
        bid=bid,
        ask=ask,
        vendor=VENDOR,
        synthetic=True,
    )
