"""Target strategies: market orders for what each position lacks. Bid and ask lie 0.01 around these mids."""

import math

import numpy as np
import pytest

from mbats.errors.simulation import NoStopToSizeBy
from mbats.execution.costs import FREE
from mbats.execution.fills import FillRules
from mbats.ledger.journal import Kind
from mbats.portfolio.sizing import FixedUnits, PercentRisk, VolatilityTarget
from mbats.strategies.target import Targets, TargetStrategy

FLAT = (10.0, 10.1, 9.9, 10.0)
KEEP = None  # becomes NaN


class Wanted(TargetStrategy):
    """Wants what the test wrote down, one row of risks a row of the panel."""

    rows: list[list[float | None]]

    def decide(self, panel):
        risk = np.full((len(panel), len(panel.symbols)), np.nan)
        for row, wanted in enumerate(self.rows):
            risk[row] = np.array(wanted, dtype=float)
        return Targets(risk, {"row": np.arange(len(panel), dtype=float)})


@pytest.mark.parametrize("fills", list(FillRules))
def test_positions_follow_their_targets(run, bars, fills):
    market = {symbol: bars([FLAT] * 5, symbol) for symbol in ("EUR_USD", "GBP_USD")}
    strategy = Wanted(rows=[[1.0, -0.5], [KEEP, -0.5], [-0.25, 0.0]])
    told = run(market, strategy, fills=fills, costs=FREE, cash=100_000)
    assert [
        (event.instrument, hour, units)
        for event, (_, hour, units, _) in zip(told.of(Kind.FILL), told.fills, strict=True)
    ] == [
        (0, 1, 100.0),
        (1, 1, -50.0),
        (0, 3, -125.0),
        (1, 3, 50.0),
    ]
    assert {fill[0] for fill in told.fills} == {"REBALANCE"}
    assert told.journal.extras["row"].tolist() == [0.0, 0.0, 2.0, 2.0]


def test_an_instrument_without_a_bar_waits_for_its_own(run, bars):
    market = {"EUR_USD": bars([FLAT] * 4), "GBP_USD": bars([FLAT] * 2, "GBP_USD", hours=[1, 3])}
    told = run(market, Wanted(rows=[[1.0, 1.0], [1.0, 1.0]]))
    assert [
        (event.instrument, hour) for event, (_, hour, _, _) in zip(told.of(Kind.FILL), told.fills, strict=True)
    ] == [
        (0, 1),
        (1, 3),
    ]


def test_volatility_sizes_each_instrument_by_its_own(run, bars):
    def swinging(step):
        return [(10.0, 10.5, 9.5, 10.0 + step * (row % 2)) for row in range(40)]

    market = {"EUR_USD": bars(swinging(0.1)), "GBP_USD": bars(swinging(0.2), "GBP_USD")}
    rows = [[KEEP, KEEP]] * 30 + [[1.0, 1.0]]
    told = run(market, Wanted(rows=rows), sizing=VolatilityTarget(10.0), cash=100_000)
    calm, wild = (fill[2] for fill in told.fills)
    assert calm / wild == pytest.approx(math.log(1.02) / math.log(1.01), rel=0.01)


def test_a_target_of_less_than_a_lot_is_flat(run, bars):
    assert run(bars([FLAT] * 3), Wanted(rows=[[0.001]]), sizing=FixedUnits(100)).fills == []


def test_a_percentage_at_risk_is_refused_before_the_run(run, bars):
    with pytest.raises(NoStopToSizeBy, match=r"Wanted wants target positions[\s\S]*--volatility[\s\S]*--units"):
        run(bars([FLAT] * 3), Wanted(rows=[[1.0]]), sizing=PercentRisk(1.0))
