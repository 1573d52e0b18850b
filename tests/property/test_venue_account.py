"""Whatever the market and the signals: money adds up, fills lie inside the bar, the future stays out of the past."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mbats.adapters.backtrader.simulator import BacktraderSimulator
from mbats.execution.costs import Commission, Costs
from mbats.execution.fills import FillRules
from mbats.execution.order import Role
from mbats.ledger.account import keep_books
from mbats.ledger.journal import Kind
from mbats.ledger.terms import Account
from mbats.market.bars import Bars, Quotes
from mbats.market.catalogue import fx_pair
from mbats.market.conversion import Conversion
from mbats.market.timeframe import Timeframe
from mbats.portfolio.sizing import FixedUnits, PercentRisk
from mbats.simulation.simulator import Allocation, Simulation
from mbats.strategies.signal import Anchor, Entry, OnOpenPosition, Signals, SignalStrategy

HOUR = 3_600 * 10**9
COSTS = Costs("some", commission=Commission(fraction=1e-5), conversion_markup=0.005)


class Drawn(SignalStrategy):
    """Signals from a seed: every field of `Signals` may be in use."""

    seed: int
    entry: Entry
    anchor: Anchor
    on_open: OnOpenPosition
    managed: bool

    def decide(self, bars: Bars) -> Signals:
        # One generator a row, so that the first rows are the same whatever follows.
        draws = np.array([np.random.default_rng([self.seed, row]).random(5) for row in range(len(bars))])
        reach = (bars.close * 0.002) * (0.5 + draws[:, 1])
        flags = {"exit_long": draws[:, 2] > 0.95, "break_even_trigger": reach, "trailing_distance": reach * 1.2}
        return Signals(
            side=np.select([draws[:, 0] > 0.7, draws[:, 0] < 0.3], [1, -1], 0).astype(np.int8),
            stop_distance=reach,
            target_distance=reach * (0.5 + 2 * draws[:, 3]),
            entry=self.entry,
            entry_price=bars.close * (1 + (draws[:, 4] - 0.5) * 0.002),
            expiry_bars=3,
            max_bars=8 if self.managed else 0,
            anchor=self.anchor,
            on_open_position=self.on_open,
            **(flags if self.managed else {}),
        )


def market_of(seed, rows, symbol):
    rng = np.random.default_rng([seed, len(symbol)])
    start, tick = (150.0, 1e-3) if symbol.endswith("JPY") else (1.1, 1e-5)
    close = start * np.exp(np.cumsum(rng.standard_t(3, rows) * 6e-4))
    opens = np.concatenate([[start], close[:-1]]) * (1 + rng.normal(0, 2e-4, rows))
    reach = np.abs(rng.normal(0, 4e-4, (2, rows))) * start
    high, low = np.maximum(opens, close) + reach[0], np.minimum(opens, close) - reach[1]
    half = tick * 10 * rng.uniform(0.1, 2.0)
    sides = [
        Quotes(*(np.round((column + distance) / tick) * tick for column in (opens, high, low, close)))
        for distance in (0.0, -half, half)
    ]
    time = np.arange(rows, dtype=np.int64) * HOUR + 1_704_186_000 * 10**9
    kept = rng.random(rows) > 0.05
    mid, bid, ask = (
        Quotes(*(np.ascontiguousarray(getattr(side, name)[kept]) for name in ("open", "high", "low", "close")))
        for side in sides
    )
    return Bars(fx_pair(symbol), Timeframe("H1"), time[kept], time[kept] + HOUR, mid, np.zeros(kept.sum()), bid, ask)


runs = st.builds(
    lambda seed, entry, anchor, on_open, managed, risky: (
        Drawn(seed=seed, entry=entry, anchor=anchor, on_open=on_open, managed=managed),
        PercentRisk(20.0) if risky else FixedUnits(1_000),
    ),
    st.integers(0, 10_000),
    st.sampled_from(Entry),
    st.sampled_from(Anchor),
    st.sampled_from(OnOpenPosition),
    st.booleans(),
    st.booleans(),
)


def simulate(strategy, sizing, market, fills=FillRules.VENUE):
    account = Account("USD", Decimal(5_000))
    conversion = Conversion("USD", {"USD_JPY": market_of(strategy.seed, 120, "USD_JPY")})
    simulation = Simulation((Allocation(strategy, tuple(market), sizing),), market, account, conversion, COSTS, fills)
    journal = BacktraderSimulator().run(simulation)
    return journal, account


def markets(seed, rows=120):
    return {symbol: market_of(seed, rows, symbol) for symbol in ("EUR_USD", "USD_JPY")}


@settings(max_examples=40)
@given(runs)
def test_profits_are_those_of_the_fills_and_fills_lie_inside_their_bar(run):
    strategy, sizing = run
    market = markets(strategy.seed)
    journal, _ = simulate(strategy, sizing, market)
    held, cost, profit = {}, {}, {}
    for event in (event for event in journal if event.kind == Kind.FILL):
        symbol = journal.instruments[event.instrument]
        bars = market[symbol]
        if event.role != Role.CLOSEOUT:
            row = int(np.searchsorted(bars.time, event.time))
            side = bars.ask if event.units > 0 else bars.bid
            assert bars.time[row] == event.time
            assert side.low[row] - 1e-9 <= event.price <= side.high[row] + 1e-9
        held[symbol] = held.get(symbol, 0.0) + event.units
        cost[symbol] = cost.get(symbol, 0.0) - event.units * event.price
        profit[symbol] = profit.get(symbol, 0.0) + event.pnl
        if held[symbol] == 0:
            assert profit[symbol] == pytest.approx(cost[symbol], abs=1e-6)


@settings(max_examples=40)
@given(runs)
def test_every_order_ends_once_and_children_come_after_their_entrys_fill(run):
    strategy, sizing = run
    journal, _ = simulate(strategy, sizing, markets(strategy.seed))
    ended, filled = set(), set()
    for event in journal:
        if event.kind == Kind.ORDER and event.parent:
            assert event.parent in filled
        if event.kind in {Kind.FILL, Kind.CANCEL, Kind.EXPIRY, Kind.REJECT}:
            assert event.order not in ended
            ended.add(event.order)
        if event.kind == Kind.FILL:
            filled.add(event.order)
    assert (np.diff(journal.time) >= 0).all()


@settings(max_examples=25)
@given(runs, st.sampled_from(FillRules), st.integers(30, 100))
def test_the_future_stays_out_of_the_past(run, fills, rows):
    strategy, sizing = run
    whole = markets(strategy.seed)
    part = {symbol: bars.rows(0, rows) for symbol, bars in whole.items()}
    until = min(int(bars.time[-1]) for bars in part.values())
    journals = [simulate(strategy, sizing, market, fills)[0] for market in (part, whole)]
    cut = [[repr(event) for event in journal if event.time < until] for journal in journals]
    assert cut[0] == cut[1]


@settings(max_examples=25)
@given(runs)
def test_the_value_that_sizes_is_that_of_the_books_while_nothing_is_open(run):
    strategy, sizing = run
    asked = []

    class Watched:
        def units(self, situation):
            asked.append(situation.nav)
            return sizing.units(situation)

    journal, account = simulate(strategy, Watched(), markets(strategy.seed))
    books = keep_books(journal, account, COSTS.conversion_markup)
    entries = [row for row in journal.rows(Kind.DECISION) if not np.isnan(journal.stop[row])]
    for row, nav in zip(entries, asked, strict=True):
        if not any(positions(journal, row).values()):
            balance = account.cash + sum((flow.amount for flow in books.flows if flow.row < row), Decimal(0))
            assert nav == pytest.approx(float(balance), abs=0.02)


def positions(journal, until):
    held = {}
    for row in journal.rows(Kind.FILL):
        if row < until:
            held[journal.instrument[row]] = held.get(journal.instrument[row], 0.0) + journal.units[row]
    return held
