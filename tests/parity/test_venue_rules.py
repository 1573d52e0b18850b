"""Kernel and our broker in Backtrader under the venue's rules: the same journal to the last bit."""

import pytest

from fuzz.comparison import compare_journals
from mbats.adapters.backtrader.simulator import BacktraderSimulator
from mbats.errors.base import MbatsError
from mbats.simulation.kernel.simulator import KernelSimulator
from parity.venue_cases import simulation_of


def outcome(simulator, seed):
    try:
        return simulator.run(simulation_of(seed))
    except MbatsError as error:
        return error


@pytest.mark.parametrize("seed", range(40))
def test_random_cases_give_the_same_bits(seed):
    ours, theirs = (outcome(simulator, seed) for simulator in (KernelSimulator(), BacktraderSimulator()))
    if isinstance(theirs, MbatsError):
        assert (type(ours), str(ours)) == (type(theirs), str(theirs))
    else:
        different = compare_journals(ours, theirs, ("kernel", "Backtrader"))
        assert different is None, different.story
