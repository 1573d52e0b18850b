"""The check of raw Backtrader strategies, through Backtrader itself."""

import numpy as np
import pytest

from fakes.market import hourly
from mbats.bootstrap import wiring
from mbats.market.bars import Bars, Quotes
from mbats.market.calendar import known_at
from mbats.market.catalogue import fx_pair
from mbats.market.timeframe import Timeframe
from mbats.pipelines.strategy_check import Sample, check_strategy
from mbats.strategies.causality import check_causality
from mbats.strategies.discovery import find
from mbats.strategies.parameters import configure
from mbats.strategies.samples.rsi_bracket import RsiBracket
from mbats.strategies.samples.rsi_stochastic_bracket import RsiStochasticBracket
from mbats.strategies.template import write_template

RAW = """
import backtrader as bt

class Honest(bt.Strategy):
    params = dict(ahead=0)

    def __init__(self):
        self.average = bt.indicators.SMA(period=10)

    def next(self):
        if self.position:
            self.close()
        elif len(self) - 1 + self.p.ahead < self.data.buflen() and self.data.close[self.p.ahead] > self.average[0]:
            self.buy(size=1000)
"""


@pytest.fixture
def sample():
    closes = 1.2 + np.cumsum(np.random.default_rng(3).normal(0, 1e-3, 400))
    return Sample("made by hand", {"EUR_USD": hourly("EUR_USD", closes)})


@pytest.mark.parametrize(("ahead", "proven"), [(0, True), (1, False)])
def test_a_raw_strategy_that_reads_the_next_bar_is_found(tmp_path, sample, ahead, proven):
    (tmp_path / "raw.py").write_text(RAW)
    source = find("Honest", tmp_path)
    check = check_strategy(source, configure(source, [f"ahead={ahead}"]), sample, wiring.simulator)
    assert check.proven is proven
    assert [leak.column for leak in check.results[0].leaks] == ([] if proven else ["orders"])


def test_the_backtrader_template_trades_without_looking_ahead(tmp_path, sample):
    write_template("MyIdea", "backtrader", tmp_path)
    source = find("MyIdea", tmp_path)
    check = check_strategy(source, configure(source, ["fast=3", "slow=8"]), sample, wiring.simulator)
    assert check.proven
    assert not check.results[0].notes


def test_the_samples_are_proven_on_recorded_hours(shared_data):
    import pyarrow.parquet as pq

    columns = ["time", "open", "high", "low", "close"]
    table = pq.read_table(shared_data / "oanda_EUR_USD_H1.parquet", columns=columns).slice(0, 8_000)
    time, *prices = (table[name].to_numpy() for name in columns)
    time = time.astype("datetime64[ns]").astype(np.int64)
    h1 = Timeframe("H1")
    bars = Bars(fx_pair("EUR_USD"), h1, time, known_at(time, h1), Quotes(*prices), np.zeros(len(time)))
    for strategy in (RsiBracket(), RsiStochasticBracket()):
        assert check_causality(strategy, bars).proven


def test_the_raw_example_is_installed_by_name_and_does_not_look_ahead(tmp_path, sample):
    source = find("breakout", tmp_path)
    assert source.kind == "backtrader"
    check = check_strategy(source, configure(source, ["channel=10"]), sample, wiring.simulator)
    assert check.proven
    assert not check.results[0].notes
