"""The RSI bracket in vectorbt (numba engine): ``python -m benchmarks.jobs.vectorbt_job FOLDER single|sweep``.

Told to do what Backtrader does: signals act one bar later at its open, stop and target are measured from the signal's
close, an opposite signal is ignored in a position, and the stop is looked at first.
"""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd
import vectorbt as vbt
from vectorbt.portfolio.enums import OppositeEntryMode, StopEntryPrice

from benchmarks.jobs.turn import arrays, serve

RSI_PERIODS = tuple(range(12, 32, 2))
STOPS = tuple(np.linspace(0.6, 1.5, 10).tolist())


def main() -> None:
    """Serve one of the two jobs."""
    columns = arrays(sys.argv[1])
    prices = [pd.Series(columns[name]) for name in ("open", "high", "low", "close")]
    points = [(30, 1.0)] if sys.argv[2] == "single" else [(period, stop) for period in RSI_PERIODS for stop in STOPS]
    serve(lambda: _trades(prices, points))


def _trades(prices: list[pd.Series], points: list[tuple[int, float]]) -> int:
    opens, high, low, close = prices
    slow_k = vbt.STOCH.run(high, low, close, k_window=20, d_window=3).percent_d
    vbt.MA.run(slow_k, 3)
    periods = list(dict.fromkeys(period for period, _ in points))
    # An exponential mean of span 2n - 1 is Wilder's of n.
    strength = {period: vbt.RSI.run(close, window=2 * period - 1, ewm=True).rsi.to_numpy() for period in periods}
    reach = vbt.ATR.run(high, low, close, window=9, ewm=True).atr.to_numpy()
    rsi = np.column_stack([strength[period] for period, _ in points])
    ready = np.arange(len(close))[:, None] >= np.array([period for period, _ in points])
    stops = (reach / close.to_numpy())[:, None] * np.array([stop for _, stop in points])
    targets = np.broadcast_to((2 * reach / close.to_numpy())[:, None], stops.shape)
    portfolio = vbt.Portfolio.from_signals(
        close,
        entries=_later((rsi < 40) & ready, fill=False),
        short_entries=_later((rsi > 60) & ready, fill=False),
        price=opens,
        open=opens,
        high=high,
        low=low,
        sl_stop=_later(stops, fill=np.nan),
        tp_stop=_later(targets, fill=np.nan),
        stop_entry_price=StopEntryPrice.ValPrice,
        val_price=close.shift(1),
        upon_opposite_entry=OppositeEntryMode.Ignore,
        size=1_000.0,
        init_cash=1e6,
        freq="1h",
    )
    return len(portfolio.trades.records)


def _later(table: np.ndarray, fill: float | bool) -> np.ndarray:
    """Let what is known at a close act on the next bar."""
    moved = np.full(table.shape, fill, dtype=table.dtype)
    moved[1:] = table[:-1]
    return moved


if __name__ == "__main__":
    main()
