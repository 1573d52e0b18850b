"""A session over a venue in memory, beside the backtest of the bars that it saw."""

import asyncio
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from fakes.broker import FakeVenue
from fakes.live import OFF, session_of, wandering
from fakes.object_store import FakeObjectStore
from fakes.session_store import FakeSessionStore
from mbats.adapters.backtrader.simulator import BacktraderSimulator
from mbats.ledger.cost_split import CostSplit
from mbats.pipelines.explanation.cause import Cause
from mbats.pipelines.explanation.decided import Taken
from mbats.pipelines.explanation.expected import Record, booked, expected
from mbats.pipelines.explanation.explanation import explain
from mbats.pipelines.explanation.parts import parts
from mbats.pipelines.live_run import live_run
from mbats.portfolio.sizing import FixedUnits
from mbats.simulation.simulator import Allocation
from mbats.strategies.samples.rsi_bracket import RsiBracket

ROWS, START = 260, 60
CENT = Decimal("0.01")


class Told:
    """A session that was run to the end of its market, and what is needed to explain it."""

    def __init__(self, faults=(), limits=None, seed=3, symbols=("EUR_USD", "EUR_GBP", "GBP_USD"), slip=0):
        market = {symbol: wandering(symbol, seed + k, ROWS) for k, symbol in enumerate(symbols)}
        begin = int(market["EUR_USD"].known_at[START])
        venue = FakeVenue(market, begin)
        venue.faults.extend(faults)
        self.shares = [Allocation(RsiBracket(rsi_period=10), symbols[:2], FixedUnits(10_000))]
        self.store = FakeSessionStore()
        session = session_of(venue, self.shares, self.store, limits=OFF | (limits or {}))
        asyncio.run(session.run())
        state = self.store.states()[0]
        instruments = {symbol: market[symbol].instrument for symbol in symbols}
        self.record = Record(state.terms, self.store.entries(state.terms.id), instruments)
        self.live = live_run(state, self.record.entries, instruments, FakeObjectStore())

    def explained(self, planned=None):
        run, since = expected(self.record, self.shares, BacktraderSimulator(), self.live.info)
        return explain(self.live, run, booked(self.record), since, planned)


def test_without_trouble_nothing_differs():
    found = Told().explained()
    assert len(found.trades) > 10
    assert found.live == found.expected != 0
    assert all(abs(amount) < CENT for amount in found.parts.values())  # halves of the last place
    assert found.unexplained == 0


def test_entries_that_a_limit_kept_back_are_missed_and_what_follows_is_the_signals():
    found = Told(limits={"orders_per_day": "3"}).explained()
    assert Cause.MISSED in found.parts
    assert set(found.parts) <= {Cause.MISSED, Cause.SIGNAL}
    assert any("limit_reached" in trade.note for trade in found.trades)
    assert found.unexplained == 0


def test_every_difference_is_attributed_whatever_went_wrong():
    found = Told(faults=["", "drop", "", "lose", "", "", "drop", "naked", "late", "halt"]).explained()
    assert found.parts
    assert found.unexplained == 0
    for trade in found.trades:
        assert sum(trade.parts.values(), Decimal(0)) == trade.difference


def test_a_run_over_other_bars_is_explained_by_the_data():
    told = Told()
    other = [replace(told.shares[0], strategy=RsiBracket(rsi_period=12))]
    run, _ = expected(told.record, other, BacktraderSimulator(), told.live.info)
    found = told.explained(run)
    assert abs(found.parts[Cause.DATA] - (found.live - found.expected)) < CENT
    assert found.unexplained == 0


def test_another_size_is_the_signals_part():
    told = Told()
    told.shares = [replace(told.shares[0], sizing=FixedUnits(5_000))]
    found = told.explained()
    assert found.parts[Cause.SIGNAL] == pytest.approx(found.live - found.expected, abs=Decimal("0.5"))
    assert found.unexplained == 0
    assert np.isclose(float(found.live), 2 * float(found.expected), rtol=1e-3)


def test_mids_that_a_venue_rounds_are_no_latency_where_the_prices_are_the_same():
    expected = Taken(0, -1_000.0, -0.5, CostSplit(Decimal("-0.50"), spread=Decimal("0.10")))
    live = replace(expected, money=CostSplit(Decimal("-0.50"), spread=Decimal("0.105")))
    assert parts(live, expected) == {}
    later = replace(live, profit=-0.51, money=CostSplit(Decimal("-0.51"), spread=Decimal("0.105")))
    assert parts(later, expected) == {Cause.LATENCY: Decimal("-0.005"), Cause.SPREAD: Decimal("-0.005")}


def test_the_same_prices_at_another_rate_are_the_conversions_part():
    expected = Taken(0, 1_000.0, 500.0, CostSplit(Decimal("4.90"), spread=Decimal("0.10")))
    live = Taken(0, 1_000.0, 500.0, CostSplit(Decimal("5.39"), spread=Decimal("0.11")))
    assert parts(live, expected) == {Cause.CONVERSION: Decimal("0.49")}
