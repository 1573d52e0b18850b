"""Our way through Backtrader, journal, analyzers and judgement included, beside a plain script on the same arrays."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import backtrader as bt
import numpy as np

from benchmarks.row import Row, alternate
from mbats.adapters.backtrader.analyzers.catalogue import ALL
from mbats.adapters.backtrader.feed import BarsFeed
from mbats.adapters.backtrader.simulator import BacktraderSimulator
from mbats.execution.costs import FREE
from mbats.execution.fills import FillRules
from mbats.ledger.terms import Account
from mbats.market.bars import Bars, Quotes
from mbats.market.catalogue import fx_pair
from mbats.market.conversion import Conversion
from mbats.market.timeframe import Timeframe
from mbats.portfolio.sizing import FixedUnits
from mbats.simulation.simulator import Allocation, Simulation
from mbats.strategies.samples.rsi_bracket import RsiBracket

BARS = 30_000
LIMIT = 1.3
CASH = 1_000_000


def rows() -> list[Row]:
    """Measure the sample strategy under both fill rules, with every analyzer on, feed and preload on both sides."""
    bars = walk()
    plain, pandas, native, venue = alternate(
        lambda: _plain(BarsFeed.of(bars)),
        lambda: _plain(_pandas_feed(bars)),
        lambda: _ours(bars, FillRules.BACKTRADER),
        lambda: _ours(bars, FillRules.VENUE),
        repeats=3,
    )
    against = f"plain Backtrader on our feed ({plain.cpu:.2f} CPU s; on PandasData {pandas.cpu:.2f})"
    name = f"backtest of {BARS:,} bars in Backtrader"
    return [
        Row(f"{name}, backtrader fills", native.cpu, "CPU s", against, native.cpu / plain.cpu, LIMIT),
        Row(f"{name}, venue fills", venue.cpu, "CPU s", against, venue.cpu / plain.cpu),
    ]


def _ours(bars: Bars, fills: FillRules) -> None:
    account = Account("USD", Decimal(CASH))
    allocation = Allocation(RsiBracket(), ("EUR_USD",), FixedUnits(1_000))
    simulation = Simulation((allocation,), {"EUR_USD": bars}, account, Conversion("USD", {}), FREE, fills)
    BacktraderSimulator(ALL).run(simulation)


def _plain(feed: Any) -> None:
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.broker.setcash(float(CASH))
    cerebro.adddata(feed)
    cerebro.addstrategy(PlainRsiBracket)
    cerebro.run()


class PlainRsiBracket(bt.Strategy):
    """The sample as a bare script has it."""

    def __init__(self) -> None:
        self.rsi = bt.indicators.RSI(period=30)
        self.stochastic = bt.indicators.Stochastic(period=20, period_dfast=3, period_dslow=3)
        self.atr = bt.indicators.ATR(period=5)
        self.entry: Any = None

    def next(self) -> None:
        """Send a bracket when flat and the RSI is far out."""
        if self.position or (self.entry and self.entry.alive()):
            return
        side = self.buy_bracket if self.rsi[0] < 40 else self.sell_bracket if self.rsi[0] > 60 else None
        if side:
            way = 1 if self.rsi[0] < 40 else -1
            close, reach = self.data.close[0], way * self.atr[0]
            self.entry = side(
                size=1_000, exectype=bt.Order.Market, stopprice=close - reach, limitprice=close + 2 * reach
            )[0]


def walk() -> Bars:
    """Return a seeded walk of weekday hours."""
    rng = np.random.default_rng(7)
    hours = np.arange(BARS * 2, dtype=np.int64)
    time = (hours[(hours // 24) % 7 < 5][:BARS] * 3_600 + 1_262_563_200) * 10**9
    close = 1.2 * np.exp(np.cumsum(rng.standard_t(4, BARS)) * 5e-4)
    opens = np.concatenate([[1.2], close[:-1]])
    reach = np.abs(rng.normal(0, 4e-4, (2, BARS)))
    high, low = np.maximum(opens, close) + reach[0], np.minimum(opens, close) - reach[1]
    mid = Quotes(*(np.round(prices, 5) for prices in (opens, high, low, close)))
    return Bars(fx_pair("EUR_USD"), Timeframe("H1"), time, time + 3_600 * 10**9, mid, np.zeros(BARS))


def _pandas_feed(bars: Bars) -> Any:
    import pandas as pd

    columns = {name: getattr(bars, name) for name in ("open", "high", "low", "close", "volume")}
    frame = pd.DataFrame(columns, index=pd.to_datetime(bars.time))
    return bt.feeds.PandasData(dataname=frame, timeframe=bt.TimeFrame.Minutes, compression=60)
