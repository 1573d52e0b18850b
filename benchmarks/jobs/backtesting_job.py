"""The RSI bracket in backtesting.py: ``python -m benchmarks.jobs.backtesting_job FOLDER``.

Its brackets live in the entry bar, too, so it makes a few per cent more trades than Backtrader.
"""

from __future__ import annotations

import sys
import warnings

import numpy as np
import pandas as pd
from backtesting import Backtest, Strategy

from benchmarks.jobs.turn import arrays, serve


class RsiBracket(Strategy):
    """RSI(30), slow Stochastic(20, 3, 3), ATR(5); bracket of 1 and 2 ATR around the signal's close; 1,000 units."""

    def init(self) -> None:
        """Compute the indicators once."""
        close, high, low = (
            pd.Series(np.asarray(column)) for column in (self.data.Close, self.data.High, self.data.Low)
        )
        self.rsi = self.I(lambda: _rsi(close, 30))
        self.stochastic = self.I(lambda: _slow_stochastic(high, low, close, 20))
        self.atr = self.I(lambda: _atr(high, low, close, 5))

    def next(self) -> None:
        """Send a bracket when flat and the RSI is far out."""
        if self.position or self.orders:
            return
        rsi, close, atr = self.rsi[-1], self.data.Close[-1], self.atr[-1]
        if rsi < 40:
            self.buy(size=1_000, sl=close - atr, tp=close + 2 * atr)
        elif rsi > 60:
            self.sell(size=1_000, sl=close + atr, tp=close - 2 * atr)


def main() -> None:
    """Serve the job."""
    warnings.simplefilter("ignore")
    columns = arrays(sys.argv[1])
    named = {name.capitalize(): columns[name] for name in ("open", "high", "low", "close")}
    frame = pd.DataFrame(named, index=pd.to_datetime(columns["time"]))
    serve(lambda: _trades(frame))


def _trades(frame: pd.DataFrame) -> int:
    return len(Backtest(frame, RsiBracket, cash=1e6, commission=0.0).run()["_trades"])


def _wilder(column: pd.Series, period: int) -> pd.Series:
    return column.ewm(alpha=1 / period, adjust=False, min_periods=period).mean()


def _rsi(close: pd.Series, period: int) -> np.ndarray:
    move = close.diff()
    up, down = _wilder(move.clip(lower=0), period), _wilder((-move).clip(lower=0), period)
    return (100 - 100 / (1 + up / down)).to_numpy()


def _atr(high: pd.Series, low: pd.Series, close: pd.Series, period: int) -> np.ndarray:
    before = close.shift(1)
    return _wilder(np.maximum(high, before) - np.minimum(low, before), period).to_numpy()


def _slow_stochastic(high: pd.Series, low: pd.Series, close: pd.Series, period: int) -> np.ndarray:
    lowest, highest = low.rolling(period).min(), high.rolling(period).max()
    fast = 100 * (close - lowest) / (highest - lowest)
    return fast.rolling(3).mean().rolling(3).mean().to_numpy()


if __name__ == "__main__":
    main()
