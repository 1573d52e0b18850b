import numpy as np
import pytest

from mbats.errors.strategy import MalformedDecision, StrategyFailed
from mbats.market.panel import align
from mbats.strategies.decision import decide_safely
from mbats.strategies.signal import Entry, Signals, SignalStrategy
from mbats.strategies.target import Targets, TargetStrategy


class Says(SignalStrategy):
    """Returns what a test tells it to."""

    what: dict

    def decide(self, bars):
        return Signals(**{"side": np.zeros(len(bars), dtype=np.int8), **self.what})


class SaysTargets(TargetStrategy):
    what: object = None

    def decide(self, panel):
        return self.what


class Raises(SignalStrategy):
    def decide(self, bars):
        return self.deeper(bars)

    def deeper(self, bars):
        return np.array(["x"]).astype(float)  # the line that fails


class Writes(SignalStrategy):
    def decide(self, bars):
        bars.close[0] = 0.0
        return Signals(np.zeros(len(bars)))


def test_numbers_of_any_kind_become_the_promised_types(bars):
    rows = len(bars)
    what = {
        "side": np.ones(rows, dtype=np.int64),
        "stop_distance": np.ones(rows, dtype=np.float32),
        "exit_long": [0] * rows,
    }
    signals = decide_safely(Says(what=what), bars)
    assert signals.side.dtype == np.int8
    assert signals.stop_distance.dtype == np.float64
    assert signals.exit_long.dtype == np.bool_


def test_a_side_that_is_nan_in_the_warm_up_asks_for_nothing(bars):
    side = np.sign(np.where(np.arange(len(bars)) < 9, np.nan, 1.0))
    assert decide_safely(Says(what={"side": side}), bars).side.tolist() == [0] * 9 + [1] * (len(bars) - 9)


@pytest.mark.parametrize(
    ("what", "problem"),
    [
        ({"side": np.zeros(3)}, r"side has shape \(3,\) where \(400,\) is due"),
        ({"side": np.full(400, 2)}, "side holds 2"),
        ({"side": np.full(400, "buy")}, "side holds <U3"),
        ({"side": None}, "side holds object where numbers are due"),
        ({"stop_distance": np.full(400, -0.1)}, "stop_distance is -0.1 in row 0"),
        ({"target_distance": np.full(400, np.inf)}, "target_distance is inf"),
        ({"exit_long": np.full(400, 3)}, "exit_long holds other values"),
        ({"entry": Entry.LIMIT}, "entry is LIMIT and there is no entry_price"),
        ({"max_bars": -1}, "may not be negative"),
        ({"max_bars": None}, "max_bars holds other values than whole numbers"),
        ({"expiry_bars": None}, "expiry_bars holds other values than whole numbers"),
        ({"expiry_bars": np.full(400, 0.5)}, "whole numbers"),
        ({"columns": {"rsi": np.zeros((400, 2))}}, r"columns\['rsi'\] has shape \(400, 2\)"),
    ],
)
def test_a_malformed_decision_names_strategy_and_field(bars, what, problem):
    with pytest.raises(MalformedDecision, match=rf"Says: .*{problem}"):
        decide_safely(Says(what=what), bars)


@pytest.mark.parametrize(
    ("what", "problem"),
    [
        (None, "returned NoneType where Targets was promised"),
        (Targets(np.zeros((400, 2))), r"risk has shape \(400, 2\) where \(400, 1\) is due"),
        (Targets(np.full((400, 1), np.inf)), "risk is infinite"),
    ],
)
def test_malformed_targets_are_refused(bars, what, problem):
    with pytest.raises(MalformedDecision, match=problem):
        decide_safely(SaysTargets(what=what), align({"EUR_USD": bars}))


def test_a_strategy_that_raises_is_named_with_line_and_bars(bars):
    with pytest.raises(StrategyFailed) as failed:
        decide_safely(Raises(), bars)
    line = Raises.deeper.__code__.co_firstlineno + 1
    assert f"Raises failed at test_decision.py:{line}: ValueError" in str(failed.value)
    assert "EUR_USD H1, 400 bars from 1970-01-01T00:00:00Z" in str(failed.value)


def test_no_strategy_can_change_the_bars(bars):
    before = bars.close.copy()
    with pytest.raises(StrategyFailed, match="read-only"):
        decide_safely(Writes(), bars)
    np.testing.assert_array_equal(bars.close, before)
    assert bars.close.flags.writeable
