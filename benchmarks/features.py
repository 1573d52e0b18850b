"""Fifty features over a million bars, beside what one would write with pandas for the same fifty."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from benchmarks.row import Row, alternate
from mbats.features.discovery import feature_set
from mbats.features.view import View
from mbats.market.bars import Bars, Quotes
from mbats.market.catalogue import fx_pair
from mbats.market.local_time import MINUTE
from mbats.market.timeframe import Timeframe

if TYPE_CHECKING:
    from collections.abc import Callable

ROWS = 1_000_000
NO_OWN = Path("build/no-features")
Frame = pd.DataFrame


class Prices:
    """A frame of prices, and the columns that a careful analyst keeps for the next formula."""

    def __init__(self, frame: Frame) -> None:
        self.open, self.high, self.low, self.close = (frame[name] for name in ("open", "high", "low", "close"))
        self.spread = frame["spread"]
        self.log = np.log(self.close)
        self.returns = self.log.diff()
        self.change = self.close.diff()
        before = self.close.shift()
        self.true_range = np.maximum(self.high, before) - np.minimum(self.low, before)
        self.local = frame.index.tz_convert("America/New_York")

    def wilder(self, values: pd.Series, period: int) -> pd.Series:
        """Return Wilder's average."""
        return values.ewm(alpha=1 / period, adjust=False).mean()

    def rsi(self, period: int) -> pd.Series:
        """Return Wilder's RSI."""
        gain, loss = self.wilder(self.change.clip(lower=0), period), self.wilder(-self.change.clip(upper=0), period)
        return 100 - 100 / (1 + gain / loss)

    def fast_k(self, period: int) -> pd.Series:
        """Return the raw stochastic."""
        bottom = self.low.rolling(period).min()
        return 100 * (self.close - bottom) / (self.high.rolling(period).max() - bottom)

    def macd(self) -> pd.Series:
        """Return the MACD line."""
        return self.close.ewm(span=12, adjust=False).mean() - self.close.ewm(span=26, adjust=False).mean()

    def angle(self) -> pd.Series:
        """Return the local hour as an angle."""
        hours = self.local.hour + self.local.minute / 60
        return pd.Series(hours * (2 * np.pi / 24), index=self.close.index)


FORMULAS: dict[str, Callable[[Prices], pd.Series]] = {
    "log_return:1": lambda p: p.log.diff(1),
    "log_return:5": lambda p: p.log.diff(5),
    "log_return:20": lambda p: p.log.diff(20),
    "log_return:60": lambda p: p.log.diff(60),
    "lagged_return:1,1": lambda p: p.log.diff(1).shift(1),
    "pip_change:1": lambda p: p.change / 0.0001,
    "bar_return": lambda p: np.log(p.close / p.open),
    "gap": lambda p: np.log(p.open / p.close.shift()),
    "return_zscore:20": lambda p: p.returns / p.returns.rolling(20).std(),
    "trend_strength:20": lambda p: p.log.diff(20) / (p.returns.rolling(20).std() * 20**0.5),
    "up_share:20": lambda p: (p.change > 0).rolling(20).mean(),
    "largest_rise:20": lambda p: p.returns.rolling(20).max(),
    "largest_fall:20": lambda p: p.returns.rolling(20).min(),
    "autocorrelation:50,1": lambda p: p.returns.rolling(50).corr(p.returns.shift()),
    "volatility:10": lambda p: p.returns.rolling(10).std(),
    "volatility:20": lambda p: p.returns.rolling(20).std(),
    "volatility:50": lambda p: p.returns.rolling(50).std(),
    "volatility_ratio:10,50": lambda p: p.returns.rolling(10).std() / p.returns.rolling(50).std(),
    "downside_deviation:20": lambda p: (p.returns.clip(upper=0) ** 2).rolling(20).mean() ** 0.5,
    "parkinson:20": lambda p: ((np.log(p.high / p.low) ** 2).rolling(20).mean() / (4 * np.log(2))) ** 0.5,
    "garman_klass:20": lambda p: (
        (0.5 * np.log(p.high / p.low) ** 2 - (2 * np.log(2) - 1) * np.log(p.close / p.open) ** 2).rolling(20).mean()
        ** 0.5
    ),
    "true_range_share": lambda p: p.true_range / p.close,
    "mean_true_range:14": lambda p: p.true_range.rolling(14).mean() / p.close,
    "skewness:50": lambda p: p.returns.rolling(50).skew(),
    "kurtosis:50": lambda p: p.returns.rolling(50).kurt(),
    "atr_share:14": lambda p: p.wilder(p.true_range, 14) / p.close,
    "ewma_volatility:30": lambda p: (p.returns**2).ewm(span=30, adjust=False).mean() ** 0.5,
    "rsi:14": lambda p: p.rsi(14),
    "rsi:30": lambda p: p.rsi(30),
    "stochastic_k:14,3": lambda p: p.fast_k(14).rolling(3).mean(),
    "stochastic_d:14,3": lambda p: p.fast_k(14).rolling(3).mean().rolling(3).mean(),
    "williams_r:14": lambda p: p.fast_k(14) - 100,
    "efficiency_ratio:20": lambda p: p.close.diff(20).abs() / p.change.abs().rolling(20).sum(),
    "macd:12,26": lambda p: p.macd() / p.close,
    "macd_histogram:12,26,9": lambda p: (p.macd() - p.macd().ewm(span=9, adjust=False).mean()) / p.close,
    "sma_distance:20": lambda p: p.close / p.close.rolling(20).mean() - 1,
    "sma_distance:50": lambda p: p.close / p.close.rolling(50).mean() - 1,
    "sma_ratio:10,50": lambda p: p.close.rolling(10).mean() / p.close.rolling(50).mean() - 1,
    "ema_distance:20": lambda p: p.close / p.close.ewm(span=20, adjust=False).mean() - 1,
    "price_zscore:20": lambda p: (p.close - p.close.rolling(20).mean()) / p.close.rolling(20).std(),
    "range_share:20": lambda p: (p.high.rolling(20).max() - p.low.rolling(20).min()) / p.close,
    "range_place:20": lambda p: p.fast_k(20) / 100,
    "range_ratio:20": lambda p: (p.high - p.low) / (p.high - p.low).rolling(20).mean(),
    "body_share": lambda p: (p.close - p.open) / (p.high - p.low),
    "below_high:50": lambda p: np.log(p.close / p.high.rolling(50).max()),
    "breakout:20": lambda p: np.log(p.close / p.high.rolling(20).max().shift()),
    "hour_sin": lambda p: np.sin(p.angle()),
    "hour_cos": lambda p: np.cos(p.angle()),
    "spread_bps": lambda p: p.spread / p.close * 1e4,
    "spread_ratio:50": lambda p: p.spread / p.spread.rolling(50).mean(),
}


def rows() -> list[Row]:
    bars = minutes(ROWS)
    prices = frame(bars)
    chosen = feature_set(list(FORMULAS), NO_OWN)
    ours, pandas = alternate(lambda: chosen.compute(View(bars)), lambda: with_pandas(prices), repeats=5)
    name = f"{len(FORMULAS)} features, {ROWS:,} bars"
    return [Row(name, round(ours.cpu, 2), "CPU s", "pandas", round(ours.cpu / pandas.cpu, 3), limit=1 / 3)]


def with_pandas(prices: Frame) -> Frame:
    known = Prices(prices)
    return pd.DataFrame({text: formula(known) for text, formula in FORMULAS.items()})


def frame(bars: Bars) -> Frame:
    columns = {name: getattr(bars, name) for name in ("open", "high", "low", "close")}
    assert bars.bid
    assert bars.ask
    columns["spread"] = bars.ask.close - bars.bid.close
    return pd.DataFrame(columns, index=pd.to_datetime(bars.known_at, utc=True))


def minutes(count: int) -> Bars:
    """Return a random walk of minutes without a calendar, prices on the tick."""
    random = np.random.default_rng(1)
    close = 1.1 * np.exp(np.cumsum(random.normal(0.0, 1e-4, count)))
    opening = np.append(close[:1], close[:-1])
    reach = random.exponential(5e-5, (2, count))
    sides = [opening, np.maximum(opening, close) + reach[0], np.minimum(opening, close) - reach[1], close]
    bid = Quotes(*(np.round(side, 5) for side in sides))
    width = 1e-5 * random.integers(5, 20, count)
    ask = Quotes(*(np.round(side + width, 5) for side in (bid.open, bid.high, bid.low, bid.close)))
    both = zip((bid.open, bid.high, bid.low, bid.close), (ask.open, ask.high, ask.low, ask.close), strict=True)
    mid = Quotes(*((low + high) / 2 for low, high in both))
    time = 1_577_836_800_000_000_000 + np.arange(count, dtype=np.int64) * MINUTE
    return Bars(fx_pair("EUR_USD"), Timeframe("M1"), time, time + MINUTE, mid, np.ones(count), bid, ask)
