"""Random simulations under the venue's rules: every field of `Signals`, both kinds of strategies, all costs.

Prices lie on a coarse grid, so that levels are met exactly, bars gap, and both children of a bracket are touched.
"""

from dataclasses import replace
from decimal import Decimal

import numpy as np

from mbats.execution.costs import Commission, Costs, Spread, SpreadSource
from mbats.execution.fills import FillRules
from mbats.execution.financing import DatedRates, FinancingRates
from mbats.ledger.terms import Account
from mbats.market.bars import Quotes
from mbats.market.conversion import Conversion
from mbats.market.timeframe import Timeframe
from mbats.portfolio.sizing import FixedUnits, PercentRisk, VolatilityTarget
from mbats.simulation.simulator import Allocation, Simulation
from mbats.strategies.signal import Signals
from parity.native_cases import GRID, SYMBOLS, Given, Wanted, bars_of, signals_of

HOUR = 3_600 * 10**9


def quoted(rng, bars, grid=GRID):
    """Both sides around mid, with spreads that change within the bar and now and then lots of the whole range."""

    def half():
        return rng.integers(0, 3, len(bars)) * grid / 2 + rng.choice([0.0, 0.00003])

    mid = bars.mid
    bid = [mid.open - half(), mid.high - half(), mid.low - half(), mid.close - half()]
    ask = [mid.open + half(), mid.high + half(), mid.low + half(), mid.close + half()]
    return replace(bars, bid=_orderly(bid), ask=_orderly(ask))


def _orderly(side):
    opens, high, low, close = (np.round(column, 6) for column in side)
    return Quotes(opens, np.max([opens, high, low, close], axis=0), np.min([opens, high, low, close], axis=0), close)


def hourly(bars):
    return replace(bars, timeframe=Timeframe("H1"))


def simulation_of(seed, rows=150):
    """The simulation that `seed` stands for."""
    rng = np.random.default_rng(seed)
    count = int(rng.choice([1, 1, 2, 3, 5]))
    market = {symbol: hourly(quoted(rng, bars_of(rng, symbol, rows, step=HOUR))) for symbol in SYMBOLS[:count]}
    cut = int(rng.integers(0, count))
    groups = [tuple(market)[:cut], tuple(market)[cut:]]
    if rng.random() < 0.3:
        groups.reverse()
    allocations = tuple(_allocation(rng, market, group) for group in groups if group)
    cash = Decimal(str(rng.choice([100_000.0, 300.0, 65.0, 68.0, 75.0, 130.0])))
    account = Account(str(rng.choice(["USD", "EUR"])), cash, leverage=rng.choice([None, 10.0, 50.0]))
    rates = {symbol: bars_of(rng, symbol, rows, step=HOUR) for symbol in ("USD_JPY", "GBP_USD", "EUR_USD")}
    conversion = Conversion(account.currency, rates)
    return Simulation(allocations, market, account, conversion, _costs(rng), FillRules.VENUE, _financing(rng, market))


def _costs(rng):
    source = rng.choice([SpreadSource.QUOTED, SpreadSource.QUOTED, SpreadSource.FIXED, SpreadSource.NONE])
    commission = Commission(rng.choice([0.0, 0.0001]), rng.choice([0.0, 0.0, 0.0001]))
    slippage, markup = float(rng.choice([0.0, 0.0, 0.7, 20.0])), float(rng.choice([0.0, 0.005]))
    return Costs("given", Spread(source, 1.3), commission, slippage, bool(rng.random() < 0.7), markup)


def _financing(rng, market):
    if rng.random() < 0.3:
        return None
    dated = {}
    for symbol, bars in market.items():
        time = bars.time[[0, len(bars) // 2]] + int(rng.integers(-2, 30)) * HOUR
        own = {day: int(rng.integers(0, 4)) for day in range(5)} if rng.random() < 0.3 else None
        dated[symbol] = DatedRates(time, rng.normal(size=2) / 20, rng.normal(size=2) / 20, "given", own)
    return FinancingRates(dated)


def _allocation(rng, market, symbols):
    sizes = [FixedUnits(1000.0), FixedUnits(333.0), PercentRisk(0.5), PercentRisk(60.0), VolatilityTarget(20.0)]
    sizing = rng.choice(sizes)
    if rng.random() < 0.2:
        sizing = FixedUnits(1000.0) if isinstance(sizing, PercentRisk) else sizing
        rows = len(np.unique(np.concatenate([market[symbol].time for symbol in symbols])))
        risk = np.where(rng.random((rows, len(symbols))) < 0.6, np.nan, rng.integers(-2, 3, (rows, len(symbols))) / 2)
        return Allocation(Wanted(risk=risk, shown=rng.random(rows)), symbols, sizing)
    if rng.random() < 0.25:
        sizing, bare = FixedUnits(1000.0), {symbol: _unprotected(rng, len(market[symbol])) for symbol in symbols}
        return Allocation(Given(signals=bare), symbols, sizing)
    signals = {symbol: _by_row(rng, signals_of(rng, market[symbol])) for symbol in symbols}
    return Allocation(Given(signals=signals), symbols, sizing)


def _unprotected(rng, rows):
    """Entries that nothing but the venue itself gets out of."""
    return Signals(rng.choice([-1, 0, 1], rows, p=[0.02, 0.96, 0.02]).astype(np.int8))


def _by_row(rng, signals):
    """Counts of bars that differ from row to row, sometimes."""
    if rng.random() < 0.7:
        return signals
    rows = len(signals)
    return replace(signals, max_bars=rng.integers(0, 6, rows), expiry_bars=rng.integers(0, 4, rows))
