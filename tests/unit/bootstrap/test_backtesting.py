"""What a person typed becomes a backtest: whose parameter is meant, and which bars."""

import numpy as np
import pytest

from fakes.market import hourly
from fakes.object_store import FakeObjectStore
from fakes.security_master import FakeSecurityMaster
from mbats.bootstrap import wiring
from mbats.bootstrap.backtesting import BacktestOptions, allocations
from mbats.bootstrap.research import Selection, freeze
from mbats.errors.data import EndBeforeStart, HoldingUnclear
from mbats.errors.strategy import UnknownParameter
from mbats.market.timeframe import Alignment
from mbats.secmaster.keys import BarKey
from mbats.secmaster.repository import BarBatch, IngestionSource
from mbats.settings import Settings

STRATEGIES = """
from mbats.strategies.signal import Signals, SignalStrategy, nothing

class One(SignalStrategy):
    period: int = 5

    def decide(self, bars):
        return Signals(nothing(len(bars)))

class Other(One):
    fast: int = 3
"""


def parameters(home, *texts):
    (home.parent / "strategies").mkdir()
    (home.parent / "strategies" / "both.py").write_text(STRATEGIES)
    options = BacktestOptions(strategies=("One", "Other"), symbols=("EUR_USD",), parameters=texts)
    return [share.parameters for _, share in allocations(options, Settings.from_environment())]


@pytest.mark.parametrize(
    ("text", "one", "other"),
    [
        ("period=20", {"period": 20}, {"period": 20, "fast": 3}),
        ("fast=9", {"period": 5}, {"period": 5, "fast": 9}),
        ("One.period=20", {"period": 20}, {"period": 5, "fast": 3}),
    ],
)
def test_a_parameter_goes_to_the_strategy_named_or_to_those_that_have_it(home, text, one, other):
    assert parameters(home, text) == [one, other]


@pytest.mark.parametrize("text", ["perod=20", "One.fast=3"])
def test_a_parameter_that_is_not_there_is_the_usual_error(home, text):
    with pytest.raises(UnknownParameter, match="One has no parameter"):
        parameters(home, text)


@pytest.fixture
def twice(home, monkeypatch):
    """A master that has one vendor's bars of EUR_USD with two starts of the day."""
    master, objects = FakeSecurityMaster(), FakeObjectStore()
    monkeypatch.setattr(wiring, "security_master", lambda settings: master)
    monkeypatch.setattr(wiring, "object_store", lambda settings: objects)
    for alignment, last in ((Alignment.NEW_YORK_17, 1.2), (Alignment.UTC_MIDNIGHT, 1.3)):
        bars = hourly("EUR_USD", [1.1, last])
        batch = BarBatch(BarKey("EUR_USD", "acme", "H1", alignment), bars, np.zeros(2, dtype=np.int16))
        master.ingest([batch], IngestionSource("test", "0"))
    return Settings.from_environment()


def test_bars_with_two_starts_of_the_day_are_told_apart_by_alignment(twice):
    with pytest.raises(HoldingUnclear, match="--alignment"):
        freeze(twice, ["EUR_USD"], "USD", Selection())
    frozen = freeze(twice, ["EUR_USD"], "USD", Selection(alignment=Alignment.UTC_MIDNIGHT))
    assert frozen.bars("EUR_USD").close.tolist() == [1.1, 1.3]


def test_a_range_that_ends_before_it_starts_says_so(twice):
    with pytest.raises(EndBeforeStart, match="The end, 2024, does not lie after the start, 2025"):
        freeze(twice, ["EUR_USD"], "USD", Selection(start="2025", end="2024"))
