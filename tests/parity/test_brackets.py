"""A label's trade is the simulator's: the same bracket alone in the kernel earns the same, or is none there either."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from mbats.execution.costs import FREE, OANDA_US, Commission, Costs, Spread, SpreadSource
from mbats.execution.fills import FillRules
from mbats.execution.financing import DatedRates, FinancingRates
from mbats.labels.bracket import CLOSE, FILL, Bracket
from mbats.ledger.journal import Kind
from mbats.ledger.terms import Account
from mbats.market.bars import Bars, Quotes
from mbats.market.calendar import known_at
from mbats.market.catalogue import fx_pair
from mbats.market.conversion import Conversion
from mbats.market.timeframe import Timeframe
from mbats.models.datasets.labelling import label_from
from mbats.portfolio.sizing import FixedUnits
from mbats.simulation.kernel.simulator import KernelSimulator
from mbats.simulation.simulator import Allocation, Simulation
from mbats.strategies.signal import Anchor, Signals
from parity.native_cases import Given, bars_of
from parity.venue_cases import HOUR, hourly, quoted

UNITS = 1_000.0
GRID = 0.002


def in_the_kernel(bars, row, side, bracket, costs, financing=None):
    """Net profit a unit of one signal alone; NaN without a trade or while it is open."""
    rows = len(bars)
    column = np.where(np.arange(rows) == row, side, 0).astype(np.int8)
    width = bracket.of(bars, bracket.period)
    signals = Signals(
        column,
        stop_distance=bracket.stop * width if bracket.stop else None,
        target_distance=bracket.target * width if bracket.target else None,
        anchor=Anchor.FILL if bracket.anchor == FILL else Anchor.SIGNAL_CLOSE,
        max_bars=bracket.bars,
    )
    symbol, currency = bars.instrument.symbol, bars.instrument.quote
    share = Allocation(Given(signals={symbol: signals}), (symbol,), FixedUnits(UNITS))
    account, conversion = Account(currency, Decimal(10**9), leverage=50), Conversion(currency, {})
    journal = KernelSimulator().run(
        Simulation((share,), {symbol: bars}, account, conversion, costs, FillRules.VENUE, financing)
    )
    fills = journal.units[journal.kind == Kind.FILL]
    if len(fills) != 2:
        return np.nan
    money = np.isin(journal.kind, [Kind.FEE, Kind.FINANCING])
    return (journal.pnl.sum() + journal.amount[money].sum()) / UNITS


def compare(bars, rows, bracket, costs, financing=None):
    """Hold both sides of the given rows against the kernel; return what the labels say."""
    found = []
    for side in (1, -1):
        net = bracket.outcome(bars, np.full(len(bars), side), costs, financing).net
        ours = net[rows]
        theirs = np.array([in_the_kernel(bars, row, side, bracket, costs, financing) for row in rows])
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=2e-12)
        clear = np.abs(theirs) > 1e-11
        assert np.array_equal(np.sign(ours[clear]), np.sign(theirs[clear]))
        found.append(ours)
    return np.concatenate(found)


def recorded_hours(folder):
    """LEAN's sample of OANDA's EUR_USD."""
    table = pq.read_table(folder / "oanda_EUR_USD_H1.parquet")
    columns = {name: table[name].to_numpy() for name in table.column_names if name != "instrument"}
    bid, ask, mid = (
        Quotes(*(columns[prefix + price].astype(np.float64) for price in ("open", "high", "low", "close")))
        for prefix in ("bid_", "ask_", "")
    )
    time, hour = columns["time"].astype("datetime64[ns]").astype(np.int64), Timeframe("H1")
    return Bars(fx_pair("EUR_USD"), hour, time, known_at(time, hour), mid, np.zeros(len(time)), bid, ask, "oanda")


def case(seed):
    """Bars on a coarse grid, a bracket, costs and financing rates."""
    rng = np.random.default_rng(seed)
    bars = hourly(quoted(rng, bars_of(rng, "EUR_USD", 150, step=HOUR)))
    shift = int(rng.choice([0, HOUR // 2]))  # days end between two bars, and inside one
    bars = replace(bars, time=bars.time + shift, known_at=bars.known_at + shift)
    width = rng.integers(0, 8, len(bars)) * GRID * rng.choice([1.0, 0.7])
    bracket = Bracket(
        "given",
        lambda *_: width,
        stop=float(rng.choice([0.0, 1.0, 1.0, 2.0])),
        target=float(rng.choice([0.0, 1.0, 1.0, 1.5])),
        bars=int(rng.choice([1, 2, 5, 24])),
        anchor=str(rng.choice([CLOSE, FILL])),
    )
    source = rng.choice([SpreadSource.QUOTED, SpreadSource.QUOTED, SpreadSource.FIXED, SpreadSource.NONE])
    fee = Commission(rng.choice([0.0, 0.0001]), rng.choice([0.0, 0.0001]))
    costs = Costs("given", Spread(source, 1.3), fee, float(rng.choice([0.0, 0.7, 20.0])), bool(rng.random() < 0.8))
    rates = DatedRates(bars.time[[0, 60]], rng.normal(size=2), rng.normal(size=2), "given")
    return bars, bracket, costs, FinancingRates({"EUR_USD": rates}) if rng.random() < 0.8 else None


def test_random_brackets_earn_what_the_kernel_earns_with_them() -> None:
    found = []
    for seed in range(40):
        bars, bracket, costs, financing = case(seed)
        rows = np.random.default_rng(seed).choice(len(bars), 12, replace=False)
        found.append(compare(bars, rows, bracket, costs, financing))
    found = np.concatenate(found)
    assert (found > 0).sum() > 100
    assert (found < 0).sum() > 100
    assert np.isnan(found).sum() > 100


@pytest.mark.parametrize("text", ["triple-barrier:stop=1,target=2,bars=24", "triple-barrier:stop=1,target=1,bars=6"])
@pytest.mark.parametrize("costs", [OANDA_US, FREE])
def test_recorded_hours_are_labelled_as_the_kernel_trades_them(shared_data: Path, text, costs) -> None:
    bars = recorded_hours(shared_data).rows(0, 6_000)
    rows = 14 + np.random.default_rng(5).choice(len(bars) - 14, 60, replace=False)  # from the first width on
    found = compare(bars, rows, label_from(text).bracket, costs)
    assert np.isfinite(found).sum() > 100
