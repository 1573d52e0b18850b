"""Analyzers in our simulator and in a plain Cerebro."""

import backtrader as bt
import numpy as np
import pyarrow.parquet as pq
import pytest

from mbats.adapters.backtrader.analyzers.catalogue import ALL
from mbats.adapters.backtrader.analyzers.feature_logger import FeatureLogger
from mbats.adapters.backtrader.examples.breakout import Breakout
from mbats.adapters.backtrader.feed import BarsFeed
from mbats.adapters.backtrader.simulator import BacktraderSimulator
from mbats.execution.costs import FREE
from mbats.execution.fills import FillRules
from mbats.portfolio.sizing import FixedUnits
from mbats.simulation.simulator import Allocation

PARAMETERS = {"channel": 10, "atr": 5}


@pytest.fixture(name="walk")
def _walk(bars):
    def make(seed, symbol="EUR_USD", rows=400):
        rng = np.random.default_rng(seed)
        mid = np.round(10 + np.cumsum(rng.normal(0, 0.05, rows + 1)), 2)
        reach = np.round(np.abs(rng.normal(0, 0.03, (rows, 2))), 2)
        return bars(
            [(a, max(a, b) + up, min(a, b) - down, b) for a, b, (up, down) in zip(mid, mid[1:], reach, strict=False)],
            symbol,
        )

    return make


def analyses(make_simulation, market, fills=FillRules.BACKTRADER, **terms):
    share = Allocation(Breakout, tuple(market), FixedUnits(10), PARAMETERS)
    simulator = BacktraderSimulator(ALL)
    simulator.run(make_simulation(market, allocations=(share,), fills=fills, costs=FREE, cash=100_000, **terms))
    return simulator.analyses[0]


def plain(market):
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.broker.setcash(100_000)
    for table in market.values():
        cerebro.adddata(BarsFeed.of(table))
    cerebro.addstrategy(Breakout, **PARAMETERS)
    cerebro.addsizer(bt.sizers.FixedSize, stake=10)
    for analyzer in ALL:
        cerebro.addanalyzer(analyzer, _name=analyzer.__name__)
    strategy = cerebro.run()[0]
    return {name: analyzer.get_analysis() for name, analyzer in strategy.analyzers.getitems()}


def test_a_plain_cerebro_tells_the_same_as_our_simulator(make_simulation, walk):
    market = {symbol: walk(seed, symbol) for seed, symbol in enumerate(("EUR_USD", "GBP_USD"))}
    ours, theirs = analyses(make_simulation, market), plain(market)
    assert len(ours["Transactions"]["time"]) > 20
    for name, column in ours["Transactions"].items():
        assert list(column) == list(theirs["Transactions"][name]), name
    assert ours["StrategyPerformance"]["net_profit"] == pytest.approx(theirs["StrategyPerformance"]["net_profit"])
    assert ours["PositionPerformance"]["pnl_quote"].tolist() == theirs["PositionPerformance"]["pnl_quote"].tolist()
    assert theirs["RunInformation"]["parameters"]["channel"] == 10


def test_what_was_run_is_told(make_simulation, walk):
    market = {"EUR_USD": walk(1)}
    told = analyses(make_simulation, market, FillRules.VENUE)["RunInformation"]
    assert told["strategy"] == "Breakout"
    assert told["parameters"] == PARAMETERS
    assert (told["instruments"], told["bars"], told["fills"]) == (("EUR_USD",), 400, "venue")
    assert told["start"].isoformat() == "2024-01-02T09:00:00+00:00"


def test_positions_and_performance_rest_on_the_journal(make_simulation, walk):
    told = analyses(make_simulation, {"EUR_USD": walk(2)}, FillRules.VENUE)
    fills, trips = told["Transactions"], told["PositionPerformance"]
    assert sum(trips["net"]) == pytest.approx(told["StrategyPerformance"]["net_profit"], abs=0.01)
    assert told["StrategyPerformance"]["trades"] == len(trips["id"]) >= len(fills["time"]) // 2


def test_features_are_prices_and_indicator_lines(make_simulation, walk, tmp_path):
    market = {symbol: walk(seed, symbol) for seed, symbol in enumerate(("EUR_USD", "GBP_USD"))}
    told = analyses(make_simulation, market)["FeatureLogger"]
    assert list(told) == list(market)
    table = told["GBP_USD"]
    assert {len(column) for column in table.values()} == {400}
    np.testing.assert_array_equal(table["close"], market["GBP_USD"].close)
    highest = table["Highest.highest"]
    assert np.isnan(highest[:9]).all()
    assert highest[9] == market["GBP_USD"].high[:10].max()
    assert {"Lowest.lowest", "ATR.atr"} <= set(table)
    assert not np.array_equal(table["ATR.atr"][20:], told["EUR_USD"]["ATR.atr"][20:])


def test_features_of_a_signal_strategy_are_its_columns_and_go_to_parquet(make_simulation, bars, tmp_path):
    market = bars([(10.0, 10.1, 9.9, 10.0)] * 3)
    script = {"side": [1], "columns": {"rsi": market.close * 3}}

    class Here(FeatureLogger):
        params = (("folder", tmp_path),)

    simulator = BacktraderSimulator([Here])
    simulator.run(make_simulation(market, script))
    assert simulator.analyses[0]["Here"]["EUR_USD"]["rsi"].tolist() == [30.0] * 3
    table = pq.read_table(tmp_path / "EUR_USD.parquet")
    assert table["rsi"].to_pylist() == [30.0] * 3
    assert str(table.schema.field("time").type) == "timestamp[ns, tz=UTC]"


def test_a_run_without_trades_is_analysed(make_simulation, bars):
    simulator = BacktraderSimulator(ALL)
    simulator.run(make_simulation(bars([(10.0, 10.1, 9.9, 10.0)] * 3), {"side": []}))
    told = simulator.analyses[0]
    assert len(told["Transactions"]["time"]) == 0
    assert told["StrategyPerformance"]["trades"] == 0
