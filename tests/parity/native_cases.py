"""Random simulations under Backtrader's rules: every field of `Signals`, both kinds of strategies, cash that is short.

Prices lie on a coarse grid, so that levels are met exactly, bars gap, and both children of a bracket are touched.
"""

from decimal import Decimal
from typing import Any

import numpy as np

from mbats.execution.costs import Commission, Costs, Spread, SpreadSource
from mbats.execution.fills import FillRules
from mbats.ledger.terms import Account
from mbats.market.bars import Bars, Quotes
from mbats.market.conversion import Conversion
from mbats.market.instrument import AssetClass, Instrument
from mbats.market.timeframe import Timeframe
from mbats.portfolio.sizing import FixedUnits, PercentRisk, VolatilityTarget
from mbats.simulation.simulator import Allocation, Simulation
from mbats.strategies.signal import Anchor, Entry, OnOpenPosition, Signals, SignalStrategy
from mbats.strategies.target import Targets, TargetStrategy

MINUTE = 60 * 10**9
START = 1_577_836_800 * 10**9
GRID = 0.002
SYMBOLS = ("EUR_USD", "GBP_USD", "EUR_JPY", "AUD_USD", "EUR_GBP")


class Given(SignalStrategy):
    """Says what it was given, by symbol."""

    signals: dict[str, Any]

    def decide(self, bars):
        return self.signals[bars.instrument.symbol]


class Wanted(TargetStrategy):
    """Wants what it was given."""

    risk: Any
    shown: Any = None

    def decide(self, panel):
        return Targets(self.risk, {} if self.shown is None else {"shown": self.shown})


def instrument(symbol, lot="1"):
    base, quote = symbol.split("_")
    return Instrument(symbol, AssetClass.FX, base, quote, Decimal("0.0001"), Decimal("0.00001"), lot=Decimal(lot))


def bars_of(rng, symbol, rows, grid=GRID, step=MINUTE):
    """A walk on a grid with gaps and holes; within its bars, wicks of a few grid steps."""
    size = rows + 1
    close = np.cumsum(rng.integers(-3, 4, size)) + 600
    opens = np.concatenate([[600], close[:-1]]) + np.where(rng.random(size) < 0.3, rng.integers(-3, 4, size), 0)
    high = np.maximum(opens, close) + rng.integers(0, 4, size)
    low = np.minimum(opens, close) - rng.integers(0, 4, size)
    kept = rng.random(size) >= rng.choice([0.0, 0.15])
    kept[0] = True
    kept[: rng.choice([0, 0, 0, rows // 4])] = False  # some instruments begin later
    columns = [np.ascontiguousarray(np.round(column[kept] * grid, 5)) for column in (opens, high, low, close)]
    time = (START + np.arange(size, dtype=np.int64) * step)[kept]
    terms = instrument(symbol, str(rng.choice(["1", "1", "0.1"])))
    return Bars(terms, Timeframe("M1"), time, time + step, Quotes(*columns), np.zeros(len(time)))


def signals_of(rng, bars, grid=GRID):
    """Signals that may use every field."""
    rows = len(bars)

    def distances(share=1.0, holes=0.15, largest=8):
        column = rng.integers(1, largest, rows) * grid
        if rng.random() < 0.5:
            column = column * rng.uniform(0.3, 1.7)
        return np.where(rng.random(rows) < holes, np.nan, column) if rng.random() < share else None

    def counts(values):
        return int(rng.choice(values)) if rng.random() < 0.8 else rng.choice(values, rows)

    def flags(share):
        return rng.random(rows) < 0.1 if rng.random() < share else None

    entry = rng.choice([Entry.MARKET, Entry.MARKET, Entry.LIMIT, Entry.STOP])
    return Signals(
        side=rng.choice([-1, 0, 1], rows, p=[0.15, 0.7, 0.15]).astype(np.int8),
        stop_distance=distances(0.8),
        target_distance=distances(0.8),
        anchor=rng.choice([Anchor.SIGNAL_CLOSE, Anchor.FILL]),
        entry=entry,
        entry_price=None if entry == Entry.MARKET else bars.close + rng.integers(-4, 5, rows) * grid,
        expiry_bars=counts([0, 1, 2, 5]),
        on_open_position=rng.choice([OnOpenPosition.IGNORE, OnOpenPosition.CLOSE, OnOpenPosition.REVERSE]),
        exit_long=flags(0.3),
        exit_short=flags(0.3),
        max_bars=counts([0, 0, 1, 3, 10]),
        trailing_distance=distances(0.3, 0.3),
        break_even_trigger=distances(0.4, 0.3, 4),
        size_hint=rng.uniform(0.0, 1.5, rows) if rng.random() < 0.2 else None,
        columns={name: rng.random(rows) for name in ("a", "b") if rng.random() < 0.5},
    )


def simulation_of(seed, rows=120):
    """The simulation that `seed` stands for."""
    rng = np.random.default_rng(seed)
    count = int(rng.choice([1, 1, 2, 3, 5]))
    step = int(rng.choice([MINUTE, MINUTE, MINUTE, 7_000]))  # the last is finer than Backtrader's floats
    market = {symbol: bars_of(rng, symbol, rows, step=step) for symbol in SYMBOLS[:count]}
    cut = int(rng.integers(0, count))
    groups = [tuple(market)[:cut], tuple(market)[cut:]]
    if rng.random() < 0.3:
        groups.reverse()
    allocations = tuple(_allocation(rng, market, group) for group in groups if group)
    fraction, per_unit = rng.choice([0.0, 0.001]), rng.choice([0.0, 0.0, 0.0001])
    cash = Decimal(str(rng.choice([100_000.0, 1_200.0, 1_250.0, 2_000.0, 2_450.0, 5_000.0])))
    costs = Costs("given", Spread(SpreadSource.NONE), Commission(fraction, per_unit), financing=False)
    rates = {symbol: bars_of(np.random.default_rng(1), symbol, rows, step=step) for symbol in ("USD_JPY", "GBP_USD")}
    return Simulation(allocations, market, Account("USD", cash), Conversion("USD", rates), costs, FillRules.BACKTRADER)


def _allocation(rng, market, symbols):
    sizing = rng.choice([FixedUnits(1000.0), FixedUnits(333.3), PercentRisk(0.5), VolatilityTarget(5.0)])
    if rng.random() < 0.2:
        sizing = FixedUnits(1000.0) if isinstance(sizing, PercentRisk) else sizing
        rows = len(np.unique(np.concatenate([market[symbol].time for symbol in symbols])))
        risk = np.where(rng.random((rows, len(symbols))) < 0.6, np.nan, rng.integers(-2, 3, (rows, len(symbols))) / 2)
        return Allocation(Wanted(risk=risk, shown=rng.random(rows)), symbols, sizing)
    return Allocation(Given(signals={symbol: signals_of(rng, market[symbol]) for symbol in symbols}), symbols, sizing)
