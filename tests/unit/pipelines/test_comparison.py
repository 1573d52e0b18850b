from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import numpy as np
import pytest

from fakes.market import hourly
from fuzz.case import Case, Prepared
from mbats.adapters.backtrader.simulator import BacktraderSimulator
from mbats.errors.comparison import ComparedWithItself, NothingInCommon
from mbats.execution.costs import FREE, Commission, Costs, Spread, SpreadSource
from mbats.execution.fills import FillRules
from mbats.ledger.run import RunInfo
from mbats.ledger.terms import Account
from mbats.market.bars import Quotes
from mbats.pipelines.comparison.comparison import compare
from mbats.pipelines.comparison.trade_pairs import Match
from mbats.pipelines.judged_run import judge_run
from mbats.portfolio.sizing import FixedUnits
from mbats.simulation.simulator import Allocation
from mbats.strategies.signal import Signals

HALF = 0.0002


def bars(closes, symbol="EUR_USD", half=HALF):
    mid = hourly(symbol, closes)

    def side(distance):
        return Quotes(mid.open + distance, mid.high + distance, mid.low + distance, mid.close + distance)

    return replace(mid, bid=side(-half), ask=side(half), vendor="made by hand")


def judged(market, sides, number=1, *, fills="venue", costs=FREE, parameters=None, units=1_000.0, **columns):
    """Run prepared signals: `sides` by hour, a stop of 0.0010 and a target of 0.0020."""
    signals = {}
    for symbol, table in market.items():
        side = np.zeros(len(table), dtype=np.int8)
        side[: len(sides)] = sides
        level = np.full(len(table), 1.0)
        signals[symbol] = Signals(side, 0.0010 * level, 0.0020 * level, **columns)
    shares = (Allocation(Prepared(signals=signals), tuple(market), FixedUnits(units)),)
    case = Case(shares, market, Account("USD", Decimal(100_000)), costs, FillRules(fills))
    info = RunInfo(
        id=UUID(int=number << 96),
        started_at=datetime(2024, 1, 1, tzinfo=UTC),
        simulator="backtrader",
        fills=fills,
        costs={"name": costs.name, "spread": {"source": str(costs.spread.source), "pips": costs.spread.pips}},
        account={"currency": "USD", "cash": "100000"},
        strategies=({"name": "Prepared", "parameters": parameters or {}, "sizing": units},),
        instruments=tuple(market),
        timeframe="H1",
        start=datetime(2024, 1, 8, tzinfo=UTC),
        end=datetime(2024, 1, 9, tzinfo=UTC),
        snapshot="s",
        commit="c",
        synthetic=False,
    )
    simulation = case.simulation()
    return judge_run(info, BacktraderSimulator().run(simulation), simulation)


STILL = {"EUR_USD": bars([1.1000, 1.1000, 1.1005, 1.1030, 1.1000, 1.1000])}
FALLS = {"EUR_USD": bars([1.1000, 1.0985, 1.1030, 1.1000, 1.1000])}


def test_the_same_run_made_twice_has_the_same_trades():
    found = compare(judged(STILL, [1]), judged(STILL, [1], 2))
    assert found.counts == {Match.SAME: 1, Match.DIFFERENT: 0, Match.ONLY_A: 0, Match.ONLY_B: 0}
    assert found.first is None
    assert found.inputs == ()


def test_a_trade_of_one_run_alone_is_told_with_what_the_strategy_was_told():
    found = compare(judged(STILL, [1], parameters={"period": 3}), judged(STILL, [0], 2, parameters={"period": 4}))
    assert found.counts[Match.ONLY_A] == 1
    assert [str(one) for one in found.inputs] == ["strategies.Prepared.parameters.period: 3 in A, 4 in B"]
    assert [str(deed) for deed in found.first.a.deeds] == ["fill entry +1,000 at 1.1"]
    assert found.first.b.deeds == ()
    assert "strategies.Prepared.parameters.period" in found.first.reasons[0]


def test_an_exit_inside_the_entry_bar_is_why_the_fill_rules_part():
    found = compare(judged(FALLS, [1]), judged(FALLS, [1], 2, fills="backtrader"))
    assert found.pairs[0].match is Match.DIFFERENT
    assert "Backtrader wakes them one bar later" in found.first.reasons[0]
    assert found.first.time == FALLS["EUR_USD"].time[1]
    assert found.first.a.prices["bid"]["low"] == FALLS["EUR_USD"].bid.low[1]


def test_bid_and_ask_are_shown_where_one_side_trades_at_mid():
    quoted = Costs("quoted", conversion_markup=0.0)
    found = compare(judged(STILL, [1], costs=quoted), judged(STILL, [1], 2, fills="backtrader"))
    assert "entry_price" in found.pairs[0].differs
    assert found.first.time == found.pairs[0].entry_time
    assert any("spread of 0.0004" in reason for reason in found.first.reasons)


def test_a_cost_that_alone_differs_is_named_with_both_amounts():
    dear = replace(FREE, commission=Commission(per_unit=0.0001))
    found = compare(judged(STILL, [1]), judged(STILL, [1], 2, costs=dear))
    assert found.pairs[0].differs == ("net",)
    assert found.first.reasons == ("The trade's commission differs: 0.0000 in A, 0.2000 in B (USD).",)


def test_a_wider_spread_is_seen_in_the_price_and_told_as_a_cost():
    wide = replace(FREE, spread=Spread(SpreadSource.FIXED, 6.0))
    found = compare(judged(STILL, [1]), judged(STILL, [1], 2, costs=wide))
    assert "entry_price" in found.pairs[0].differs
    assert found.first.reasons == ("The trade's spread differs: 0.0000 in A, 0.6000 in B (USD).",)


def test_bars_that_differ_come_first():
    other = {"EUR_USD": bars([1.1000, 1.1001, 1.1005, 1.1030, 1.1000, 1.1000])}
    found = compare(judged(STILL, [0, 1]), judged(other, [0, 1], 2))
    assert found.first.reasons[0] == "Their bars differ there, in mid, bid, ask: they read different snapshots."


def test_a_bar_that_only_one_has_is_told():
    short = {"EUR_USD": STILL["EUR_USD"].rows(0, 2)}
    found = compare(judged(STILL, [0, 0, 1]), judged(short, [0, 0], 2))
    assert found.first.reasons[0] == "Only A has a bar of EUR_USD there."


def test_a_difference_without_a_cause_is_owned_up_to():
    found = compare(judged(STILL, [1]), judged(STILL, [0], 2))
    assert found.first.reasons == ("Nothing that either run was told differs: one of them has a bug.",)


def test_the_first_difference_is_the_first_in_time_not_in_the_list():
    moved = {"EUR_USD": STILL["EUR_USD"], "GBP_USD": bars([1.3000, 1.3000, 1.3001, 1.3001, 1.3001, 1.3001], "GBP_USD")}
    late = judged(moved, [1], max_bars=4)
    early = judged(moved, [1], 2, max_bars=1)
    found = compare(late, early)
    assert {pair.instrument for pair in found.pairs} == set(moved)
    assert found.first.time == min(pair.parted for pair in found.pairs)


def test_what_cannot_be_compared_is_refused():
    one = judged(STILL, [1])
    with pytest.raises(ComparedWithItself):
        compare(one, one)
    with pytest.raises(NothingInCommon, match="traded GBP_USD"):
        compare(one, judged({"GBP_USD": bars([1.3] * 6, "GBP_USD")}, [1], 2))
