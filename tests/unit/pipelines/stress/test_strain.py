from dataclasses import replace

import numpy as np
import pytest

from fakes.market import hourly
from mbats.execution.costs import FREE, OANDA_US, Spread, SpreadSource
from mbats.execution.fills import FillRules
from mbats.ledger.terms import Account
from mbats.market.bars import Quotes
from mbats.market.conversion import Conversion
from mbats.market.path import price_at, waypoints
from mbats.pipelines.stress.strain import (
    with_delay_in_bars,
    with_delay_in_seconds,
    with_size,
    with_slippage,
    with_spread,
)
from mbats.portfolio.sizing import FixedUnits, PercentRisk, VolatilityTarget
from mbats.simulation.simulator import Allocation, Simulation
from mbats.strategies.samples.momentum_panel import MomentumPanel
from mbats.strategies.samples.rsi_bracket import RsiBracket

DICE = np.random.default_rng(5)
CLOSES = 1.1 + np.cumsum(DICE.standard_normal(200)) * 1e-3


def quoted(bars, half=0.0001):
    """Give bars both sides, a spread that breathes, and wicks on either end."""
    mid = replace(bars.mid, high=bars.high + 0.0005, low=bars.low - 0.0004)
    halves = half * (1 + DICE.random((4, len(bars))))
    names = ("open", "high", "low", "close")
    sides = {
        side: Quotes(*(getattr(mid, name) + sign * halves[row] for row, name in enumerate(names)))
        for side, sign in (("bid", -1), ("ask", 1))
    }
    return replace(bars, mid=mid, **sides)


@pytest.fixture
def simulation():
    market = {"EUR_USD": quoted(hourly("EUR_USD", CLOSES))}
    share = Allocation(RsiBracket(rsi_period=10), ("EUR_USD",), FixedUnits(1_000))
    return Simulation((share,), market, Account(), Conversion("USD", market), OANDA_US)


def test_spread_grows_around_an_unmoved_mid(simulation):
    before, after = simulation.market["EUR_USD"], with_spread(simulation, 3.0).market["EUR_USD"]
    for name in ("open", "close"):
        width = getattr(before.ask, name) - getattr(before.bid, name)
        np.testing.assert_allclose(getattr(after.ask, name) - getattr(after.bid, name), 3 * width)
    assert after.mid is before.mid
    for side in (after.bid, after.ask):
        assert (side.high >= np.maximum(side.open, side.close)).all()
        assert (side.low <= np.minimum(side.open, side.close)).all()


def test_a_stated_spread_grows_by_its_pips(simulation):
    fixed = replace(simulation, costs=replace(OANDA_US, spread=Spread(SpreadSource.FIXED, 0.8)))
    assert with_spread(fixed, 1.5).costs.spread.pips == pytest.approx(1.2)


def test_what_the_rules_do_not_charge_cannot_grow(simulation):
    assert with_spread(replace(simulation, costs=FREE), 2.0) is None
    backtrader = replace(simulation, fills=FillRules.BACKTRADER)
    assert with_spread(backtrader, 2.0) is None
    assert with_slippage(backtrader, 0.5) is None


def test_slippage_is_what_is_said_not_more_than_it_was(simulation):
    slipping = replace(simulation, costs=replace(OANDA_US, slippage_pips=0.3))
    assert with_slippage(slipping, 0.5).costs.slippage_pips == 0.5


@pytest.mark.parametrize(
    ("sizing", "larger"),
    [(FixedUnits(500), FixedUnits(2_500)), (PercentRisk(0.25), PercentRisk(1.25)), (PercentRisk(30.0), None)],
)
def test_size_grows_by_its_own_rule(simulation, sizing, larger):
    (share,) = simulation.allocations
    resized = with_size(replace(simulation, allocations=(replace(share, sizing=sizing),)), 5.0)
    assert (resized and resized.allocations[0].sizing) == larger


def test_a_late_strategy_decides_the_same_a_bar_later(simulation):
    bars = simulation.market["EUR_USD"]
    prompt = simulation.allocations[0].strategy
    late = with_delay_in_bars(simulation, 2).allocations[0].strategy
    now, then = prompt.decide(bars), late.decide(bars)
    assert now.side.any()
    assert late.name == prompt.name
    for name in ("side", "stop_distance", "target_distance"):
        np.testing.assert_array_equal(getattr(then, name)[2:], getattr(now, name)[:-2])
    assert not then.side[:2].any()
    assert np.isnan(then.stop_distance[:2]).all()
    assert then.anchor == now.anchor


def test_target_strategies_come_late_and_raw_ones_cannot(simulation):
    (share,) = simulation.allocations
    target = replace(simulation, allocations=(replace(share, strategy=MomentumPanel(), sizing=VolatilityTarget()),))
    assert with_delay_in_bars(target, 1).allocations[0].strategy.name == "MomentumPanel"
    raw = replace(simulation, allocations=(replace(share, strategy=object),))
    assert with_delay_in_bars(raw, 1) is None


def test_missed_seconds_leave_the_rest_of_the_very_same_path(simulation):
    before = simulation.market["EUR_USD"]
    after = with_delay_in_seconds(simulation, 300).market["EUR_USD"]
    for row in range(len(before)):
        whole, rest = (
            waypoints(*(tuple(getattr(side, name)[row] for name in ("open", "high", "low", "close")) for side in sides))
            for sides in ((before.bid, before.ask), (after.bid, after.ask))
        )
        assert rest[1:] == whole[1:]
        for side in (0, 1):
            assert rest[0][side] == pytest.approx(price_at(whole[0][side], whole[1][side], 0.25))


def test_beyond_the_first_line_of_the_path_bars_do_not_tell(simulation):
    assert with_delay_in_seconds(simulation, 1_199) is not None
    assert with_delay_in_seconds(simulation, 1_200) is None
