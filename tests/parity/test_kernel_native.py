"""Under `backtrader` fills the kernel's journal is the one of our Backtrader simulator, row for row and bit for bit."""

import datetime
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from mbats.adapters.backtrader.simulator import BacktraderSimulator
from mbats.errors.market import RateNotYetKnown
from mbats.errors.strategy import StrategyFailed
from mbats.execution.costs import FREE
from mbats.execution.fills import FillRules
from mbats.ledger.journal import Event, Kind
from mbats.ledger.terms import Account
from mbats.market.bars import Quotes
from mbats.market.conversion import Conversion
from mbats.portfolio.sizing import FixedUnits
from mbats.simulation.kernel.backtrader_run import BacktraderRun
from mbats.simulation.kernel.kernel import Kernel
from mbats.simulation.kernel.simulator import KernelSimulator
from mbats.simulation.simulator import Allocation, Simulation
from mbats.strategies.samples.rsi_bracket import RsiBracket
from mbats.strategies.signal import Anchor, Entry, OnOpenPosition, Signals
from parity.native_cases import SYMBOLS, Given, bars_of, simulation_of
from parity.plain_backtrader import RowFeed
from parity.plain_management import run_managed


def same(one, other):
    """Compare names, columns and extras of two journals by their bits."""
    assert (one.instruments, one.strategies, one.currencies) == (other.instruments, other.strategies, other.currencies)
    for name in Event._fields:
        assert getattr(one, name).tobytes() == getattr(other, name).tobytes(), name
    assert list(one.extras) == list(other.extras)
    assert all(one.extras[name].tobytes() == other.extras[name].tobytes() for name in one.extras)


def alone(bars, strategy, cash=1_000_000, sizing=None, conversion=None):
    share = Allocation(strategy, (bars.instrument.symbol,), sizing or FixedUnits(1000.0))
    market = {bars.instrument.symbol: bars}
    rates = conversion or Conversion("USD", {})
    return Simulation((share,), market, Account("USD", Decimal(str(cash))), rates, FREE, FillRules.BACKTRADER)


def both_ways(simulation, monkeypatch):
    """The kernel's journal: the same when it looks at every bar, and its rows of money when it writes those alone."""
    quick = KernelSimulator().run(simulation)
    with monkeypatch.context() as patch:
        patch.setattr(BacktraderRun, "quick", False)
        same(quick, KernelSimulator().run(simulation))
    same_money(quick, simulation)
    return quick


def same_money(whole, simulation):
    """Compare the rows that move money with those that are written alone, twice: columns that runs share stay."""
    told, rows = simulation, np.flatnonzero(np.isin(whole.kind, (Kind.FILL, Kind.FEE)))
    kernel = Kernel(told.market, told.account, told.conversion, told.costs, told.fills, told.financing)
    for _ in range(2):
        money = kernel.run(told.allocations, only_money=True)
        for name in Event._fields:
            assert getattr(money, name).tobytes() == getattr(whole, name)[rows].tobytes(), name


@pytest.mark.parametrize("seed", range(40))
def test_random_simulations(seed, monkeypatch):
    simulation = simulation_of(seed)
    same(both_ways(simulation, monkeypatch), BacktraderSimulator().run(simulation))


@pytest.mark.parametrize("entry", [Entry.MARKET, Entry.LIMIT])
@pytest.mark.parametrize("cash", [1_000_000, 1_230, 1_205, 2_410, 1_190])
def test_brackets_where_cash_is_ample_and_where_it_is_short(cash, entry, monkeypatch):
    rng = np.random.default_rng(cash)
    bars = bars_of(rng, "EUR_USD", 400)
    distance = rng.integers(1, 6, len(bars)) * 0.002
    signals = Signals(
        rng.choice([-1, 0, 1], len(bars), p=[0.1, 0.8, 0.1]).astype(np.int8),
        np.where(rng.random(len(bars)) < 0.1, np.nan, distance),
        np.where(rng.random(len(bars)) < 0.1, np.nan, 2 * distance),
        entry=entry,
        entry_price=bars.close,
    )
    simulation = alone(bars, Given(signals={"EUR_USD": signals}), cash)
    journal = both_ways(simulation, monkeypatch)
    same(journal, BacktraderSimulator().run(simulation))
    assert len(journal.rows(Kind.FILL)) + len(journal.rows(Kind.REJECT)) > 20


@pytest.mark.parametrize("chance", [0.003, 0.1, 1.0])
@pytest.mark.parametrize("ticks", [0.5, 2.5, 6.5, 3000.5, None])
def test_searches_for_trades_that_meet_at_once_late_or_never(ticks, chance, monkeypatch):
    """Where prices rise by a tick a bar, all trades take as long; two searches that start apart need not meet."""
    rng = np.random.default_rng(7)
    bars = bars_of(rng, "EUR_USD", 7000)
    if ticks:
        close = 1.0 + np.arange(len(bars)) * 1e-5
        bars = replace(bars, mid=Quotes(close, close, close, close))
    sides = rng.choice([-1, 1], len(bars)) if ticks is None else np.ones(len(bars))
    distance = np.full(len(bars), ticks * 1e-5 if ticks else 0.004)
    signals = Signals(np.where(rng.random(len(bars)) < chance, sides, 0).astype(np.int8), distance, distance)
    both_ways(alone(bars, Given(signals={"EUR_USD": signals})), monkeypatch)


def test_a_journal_that_outgrows_its_room_again_and_again(monkeypatch):
    simulation = simulation_of(3)
    expected = KernelSimulator().run(simulation)
    monkeypatch.setattr("mbats.simulation.kernel.kernel._ROWS", 16)
    same(KernelSimulator().run(simulation), expected)


def test_entries_that_never_lapse_need_room_for_ever_more_orders(monkeypatch):
    """The first order waits for a price that never comes, while hundreds come and go beside it."""
    rng = np.random.default_rng(5)
    market = {symbol: bars_of(rng, symbol, 400) for symbol in ("EUR_USD", "GBP_USD")}
    waits, trades = market.values()
    once = np.zeros(len(waits), np.int8)
    once[0] = 1
    waiting = Signals(once, entry=Entry.LIMIT, entry_price=np.full(len(waits), 0.01))
    level = np.full(len(trades), 0.5)
    signals = Signals(
        rng.choice([-1, 1], len(trades)).astype(np.int8),
        level,
        level,
        Anchor.FILL,
        on_open_position=OnOpenPosition.REVERSE,
    )
    given = Given(signals=dict(zip(market, (waiting, signals), strict=True)))
    simulation = replace(
        alone(trades, given, 10_000_000),
        allocations=(Allocation(given, tuple(market), FixedUnits(1000.0)),),
        market=market,
    )
    journal = both_ways(simulation, monkeypatch)
    same(journal, BacktraderSimulator().run(simulation))
    ended = {*journal.order[journal.rows(Kind.FILL)], *journal.order[journal.rows(Kind.CANCEL)]}
    sent = journal.order[journal.rows(Kind.ORDER)]
    assert 1 not in ended
    assert len(sent) > 64  # a ring of orders at first holds so many
    assert len({*sent} - ended) <= 4  # that one, and the last position's bracket or reversal


def test_a_division_by_zero_stops_both():
    bars = bars_of(np.random.default_rng(1), "EUR_USD", 120)
    flat = replace(bars, mid=Quotes(*(np.full(len(bars), 1.2) for _ in range(4))))
    for simulator in (BacktraderSimulator(), KernelSimulator()):
        with pytest.raises(StrategyFailed, match="ZeroDivisionError"):
            simulator.run(alone(flat, RsiBracket()))


def test_a_rate_that_is_not_known_yet_stops_both():
    bars = bars_of(np.random.default_rng(1), "EUR_JPY", 60)
    late = bars_of(np.random.default_rng(2), "USD_JPY", 60).rows(30, 60)
    given = Given(signals={"EUR_JPY": Signals(np.ones(len(bars), np.int8))})
    for simulator in (BacktraderSimulator(), KernelSimulator()):
        with pytest.raises(RateNotYetKnown):
            simulator.run(alone(bars, given, conversion=Conversion("USD", {"USD_JPY": late})))


def test_a_market_is_lowered_once_and_run_often():
    bars = bars_of(np.random.default_rng(9), "EUR_USD", 300)
    simulation = alone(bars, RsiBracket(rsi_period=5))
    told = simulation
    kernel = Kernel(told.market, told.account, told.conversion, told.costs, told.fills)
    first = kernel.run(told.allocations)
    kernel.run((replace(told.allocations[0], strategy=RsiBracket(rsi_period=9)),))
    same(kernel.run(told.allocations), first)
    assert SYMBOLS[0] in first.instruments


@pytest.mark.parametrize("longest", [0, 1, 4])
@pytest.mark.parametrize("seed", range(3))
def test_break_even_and_time_stop_are_cancel_and_replace(seed, longest, monkeypatch):
    rng = np.random.default_rng([seed, longest])
    bars = bars_of(rng, "EUR_USD", 600)
    side = rng.choice([-1, 0, 1], len(bars), p=[0.1, 0.8, 0.1]).astype(np.int8)
    stop, target, trigger = (rng.integers(low, low + 6, len(bars)) * 0.002 for low in (2, 9, 1))
    signals = Signals(side, stop, target, Anchor.FILL, max_bars=longest, break_even_trigger=trigger)
    journal = both_ways(alone(bars, Given(signals={"EUR_USD": signals})), monkeypatch)
    times = [datetime.datetime.fromtimestamp(int(t) / 1e9, datetime.UTC).replace(tzinfo=None) for t in bars.time]
    feed = RowFeed(columns=[times, *(column.tolist() for column in (bars.open, bars.high, bars.low, bars.close))])
    plain = run_managed(feed, side=side, stop=stop, target=target, trigger=trigger, longest=longest)
    fills = journal.rows(Kind.FILL)
    rows = np.searchsorted(bars.time, journal.time[fills]).tolist()
    assert list(zip(rows, journal.units[fills], journal.price[fills], strict=True)) == plain.fills
    assert len(fills) > 40
