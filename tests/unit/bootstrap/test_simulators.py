"""Which simulator runs what."""

from pathlib import Path

import pytest

from mbats.bootstrap.simulators import ChosenSimulator
from mbats.errors.simulation import FeaturesNeedBacktrader
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
