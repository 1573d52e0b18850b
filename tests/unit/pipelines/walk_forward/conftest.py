"""Stitching in every simulator, under both fill rules."""

from __future__ import annotations

import pytest

from fakes.walk_forward import simulation, steps
from mbats.adapters.backtrader.simulator import BacktraderSimulator
from mbats.execution.fills import FillRules
from mbats.pipelines.walk_forward.stitching import stitch
from mbats.simulation.kernel.simulator import KernelSimulator

SIMULATORS = {"backtrader": BacktraderSimulator, "kernel": KernelSimulator}


@pytest.fixture(params=SIMULATORS)
def simulator(request):
    return SIMULATORS[request.param]()


@pytest.fixture(params=list(FillRules))
def stitched(request, simulator):
    """Stitch strategies by step on the bars of one or more instruments."""

    def run(bars, chosen, planned=None):
        named = bars if isinstance(bars, dict) else {bars.instrument.symbol: bars}
        return stitch(simulation(named, request.param), named, planned or steps(), chosen, simulator)

    return run
