"""Which simulator runs what."""

from pathlib import Path

import pytest

from mbats.bootstrap.simulators import ChosenSimulator, forewarned
from mbats.compiled import cache_folder
from mbats.errors.simulation import FeaturesNeedBacktrader
from mbats.execution.fills import FillRules
from mbats.portfolio.sizing import FixedUnits
from mbats.simulation.simulator import Allocation
from mbats.strategies.samples.momentum_panel import MomentumPanel
from mbats.strategies.samples.rsi_bracket import RsiBracket

SIGNALS = Allocation(RsiBracket(), ("EUR_USD",), FixedUnits())
TARGETS = Allocation(MomentumPanel(), ("USD_JPY",), FixedUnits())
OTHER = Allocation(object, ("GBP_USD",), FixedUnits())
OWN_SIZE = Allocation(RsiBracket(), ("EUR_USD",), object())


@pytest.mark.parametrize(
    ("choice", "shares", "name"),
    [
        (None, [SIGNALS, TARGETS], "kernel"),
        (None, [SIGNALS, OTHER], "backtrader"),
        (None, [OWN_SIZE], "backtrader"),
        ("backtrader", [SIGNALS], "backtrader"),
        ("kernel", [OTHER], "kernel"),
    ],
)
def test_the_kernel_runs_what_it_can_unless_told_otherwise(choice, shares, name):
    assert ChosenSimulator(choice).name(shares) == name


def test_features_are_logged_in_backtrader():
    assert ChosenSimulator(features=Path("features")).name([SIGNALS]) == "backtrader"
    with pytest.raises(FeaturesNeedBacktrader):
        ChosenSimulator("kernel", Path("features"))


def test_a_wait_for_the_compiler_is_told_until_its_work_is_kept(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))

    def told():
        return forewarned(lambda what, total: (what, total), FillRules.VENUE)("Simulating", 7)

    assert told() == ("Compiling, once on this machine; then simulating", 7)
    kept = cache_folder() / "kernel_0"
    kept.mkdir(parents=True)
    (kept / "backtrader_run.run-1.py311.nbi").touch()
    assert told() == ("Compiling, once on this machine; then simulating", 7)
    (kept / "venue.run_venue-33.py311.nbi").touch()
    assert told() == ("Simulating", 7)
