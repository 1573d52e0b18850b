"""Under `backtrader` fills our simulators equal a plain Backtrader script, to the last bit of price, P&L and equity."""

import datetime
import importlib.util
import os
import sys
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from mbats.adapters.backtrader.simulator import BacktraderSimulator
from mbats.execution.costs import Commission, Costs, Spread, SpreadSource
from mbats.execution.fills import FillRules
from mbats.ledger.journal import Kind
from mbats.ledger.terms import Account
from mbats.market.bars import Bars, Quotes
from mbats.market.conversion import Conversion
from mbats.market.instrument import AssetClass, Instrument
from mbats.market.timeframe import Timeframe
from mbats.portfolio.sizing import FixedUnits
from mbats.simulation.kernel.simulator import KernelSimulator
from mbats.simulation.simulator import Allocation, Simulation
from mbats.strategies.samples.rsi_bracket import RsiBracket
from parity.native_equity import equity

_spec = importlib.util.spec_from_file_location("plain_backtrader", Path(__file__).with_name("plain_backtrader.py"))
plain_backtrader = importlib.util.module_from_spec(_spec)
sys.modules[_spec.name] = plain_backtrader  # Backtrader looks the module of a class up
_spec.loader.exec_module(plain_backtrader)

HOUR = 3_600 * 10**9


def instrument(symbol="EUR_USD"):
    base, quote = symbol.split("_")
    return Instrument(symbol, AssetClass.FX, base, quote, Decimal("0.0001"), Decimal("0.00001"))


def walk(seed, rows, symbol="EUR_USD", gap=0.0, holes=0.0):
    """A random walk on the tick grid, with gaps between bars and missing bars."""
    rng = np.random.default_rng(seed)
    close = 1.2 + np.cumsum(rng.standard_t(3, rows)) * 4e-4
    opens = np.concatenate([[1.2], close[:-1]]) + rng.normal(0, 1, rows) * gap
    reach = np.abs(rng.normal(0, 3e-4, (2, rows)))
    high, low = np.maximum(opens, close) + reach[0], np.minimum(opens, close) - reach[1]
    quotes = Quotes(*(np.round(column, 5) for column in (opens, high, low, close)))
    time = (np.arange(rows, dtype=np.int64) * HOUR + 1_577_836_800 * 10**9)[kept := rng.random(rows) >= holes]
    columns = Quotes(
        *(np.ascontiguousarray(column[kept]) for column in (quotes.open, quotes.high, quotes.low, quotes.close))
    )
    return Bars(instrument(symbol), Timeframe("H1"), time, time + HOUR, columns, np.zeros(len(time)))


def plain_columns(bars):
    times = [datetime.datetime.fromtimestamp(int(time) / 1e9, datetime.UTC).replace(tzinfo=None) for time in bars.time]
    return [times, *(column.tolist() for column in (bars.open, bars.high, bars.low, bars.close))]


def simulate(market, cash, commission, simulator=BacktraderSimulator):
    costs = Costs("test", Spread(SpreadSource.NONE), Commission(fraction=commission), financing=False)
    allocation = Allocation(RsiBracket(), tuple(market), FixedUnits(1000))
    account = Account("USD", Decimal(str(cash)))
    simulation = Simulation((allocation,), market, account, Conversion("USD", {}), costs, FillRules.BACKTRADER)
    return simulator().run(simulation)


def compare(market, cash=1_000_000.0, commission=0.0, simulators=(BacktraderSimulator, KernelSimulator)):
    """All report the same fills, trades and equity as a plain script, bit for bit; return how many trades."""
    plain = plain_backtrader.run_plain({name: plain_columns(bars) for name, bars in market.items()}, cash, commission)
    together = len({bars.time.tobytes() for bars in market.values()}) == 1
    for simulator in simulators:
        told = simulate(market, cash, commission, simulator)
        check_fills(market, told, plain)
        values, last = equity(told, market, cash, commission)
        assert last == plain.broker.getcash()
        # A fill on a stale bar, while another instrument moves on, does not say in its time when it happened.
        assert not together or values[-len(plain.equity) :].tobytes() == np.array(plain.equity).tobytes()
    return len(plain.trades)


def check_fills(market, journal, plain):
    fills = journal.rows(Kind.FILL)
    rows = [
        (symbol, int(np.searchsorted(market[symbol].time, time)), units, price)
        for symbol, time, units, price in zip(
            [journal.instruments[code] for code in journal.instrument[fills]],
            journal.time[fills],
            journal.units[fills].tolist(),
            journal.price[fills].tolist(),
            strict=True,
        )
    ]
    assert rows == [fill[:4] for fill in plain.fills]
    closing = fills[1::2] if len(market) == 1 else [row for row in fills if journal.role[row] != 0]
    assert [float(journal.pnl[row]) for row in closing] == [trade[2] for trade in plain.trades]
    assert (-journal.amount[journal.rows(Kind.FEE)]).tolist() == [fill[4] for fill in plain.fills if fill[4]]
    assert len(journal.rows(Kind.REJECT)) == plain.rejected


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("commission", [0.0, 0.0002])
def test_random_walks_give_the_same_bits(seed, commission):
    gap = (0.0, 3e-4)[seed % 2]
    assert compare({"EUR_USD": walk(seed, 3_000, gap=gap)}, commission=commission) > 100


@pytest.mark.parametrize("cash", [1_150.0, 1_201.0, 2_300.0, 2_390.0])
def test_margin_decides_alike_where_cash_is_short(cash):
    compare({"EUR_USD": walk(11, 3_000, gap=2e-4)}, cash=cash, commission=0.0002)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("holes", [0.0, 0.05])
def test_several_instruments_give_the_same_bits(seed, holes):
    market = {
        symbol: walk([seed, number], 1_000, symbol, gap=2e-4, holes=holes)
        for number, symbol in enumerate(("EUR_USD", "GBP_USD", "AUD_USD"))
    }
    assert compare(market) > 100


def test_the_recorded_hours_give_the_same_bits(shared_data):
    import pyarrow.parquet as pq

    table = pq.read_table(shared_data / "oanda_EUR_USD_H1.parquet")
    column = {name: table[name].to_numpy() for name in ("open", "high", "low", "close")}
    time = table["time"].to_numpy().astype("datetime64[ns]").astype(np.int64)
    bars = Bars(instrument(), Timeframe("H1"), time, time + HOUR, Quotes(**column), np.zeros(len(time)))
    assert len(bars) == 74_439
    assert compare({"EUR_USD": bars}) == 3_937


MILLION = pytest.mark.skipif("PARITY_LONG" not in os.environ, reason="takes minutes and two gigabytes: make parity")


@MILLION
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize(
    ("rows", "symbols", "commission"), [(1_000_000, 1, 0.0), (200_000, 1, 0.001), (40_000, 5, 0.0002)]
)
def test_a_million_bars_give_the_same_bits(rows, symbols, commission):
    names = ("EUR_USD", "GBP_USD", "AUD_USD", "NZD_USD", "XAU_USD")[:symbols]
    market = {name: walk([7, number], rows, name, gap=2e-4) for number, name in enumerate(names)}
    assert compare(market, 10_000_000.0, commission, (KernelSimulator,)) > 10_000
