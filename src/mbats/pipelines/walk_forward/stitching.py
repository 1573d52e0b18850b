"""Out-of-sample segments of many parameter sets as one journal of one account.

The rule at a boundary: a position that is open there ends by the parameters it was opened with. When it ends depends on
prices, fills and the account, so the real simulator says it: the composed decision is run up to the next boundary, its
journal tells when each instrument was let go, and the rows after that are handed to the next step.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from mbats.execution.fills import FillRules
from mbats.features.indicators.zero_division import zero_division
from mbats.market.panel import align
from mbats.pipelines.walk_forward.line import Line
from mbats.pipelines.walk_forward.ownership import released, settled
from mbats.pipelines.walk_forward.stitched import StitchedSignals, StitchedTargets
from mbats.strategies.decision import decide_safely
from mbats.strategies.target import Targets, TargetStrategy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mbats.ledger.journal import Journal
    from mbats.market.bars import Bars
    from mbats.pipelines.walk_forward.windows import Step
    from mbats.simulation.simulator import Simulation, Simulator
    from mbats.strategies.signal import SignalStrategy
    from mbats.strategies.strategy import Strategy


def stitch(
    simulation: Simulation,
    history: Mapping[str, Bars],
    steps: Sequence[Step],
    chosen: Mapping[int, Any],
    simulator: Simulator,
) -> Journal:
    """Simulate the tests of all steps as one run, each by what was chosen for it.

    Decisions carry a column `mbats.pipelines.walk_forward.composition.STEP`: whose parameters they follow.

    Parameters
    ----------
    simulation
        Of the tests alone: its market begins with the first one. Its one allocation says instruments and size.
    history
        All bars by symbol, so that indicators are warm when the first test begins.
    chosen
        Strategies by step; in the test of a step without one, no position is opened.

    Raises
    ------
    mbats.errors.walk_forward.SetsDisagree
    """
    with zero_division("raise" if simulation.fills is FillRules.BACKTRADER else "nan"):
        if any(isinstance(strategy, TargetStrategy) for strategy in chosen.values()):
            return _targets(simulation, history, steps, chosen, simulator)
        return _Signals(simulation, history, steps, chosen, simulator).journal()


class _Signals:
    """The stitching of a signal strategy."""

    def __init__(
        self,
        simulation: Simulation,
        history: Mapping[str, Bars],
        steps: Sequence[Step],
        chosen: Mapping[int, SignalStrategy],
        simulator: Simulator,
    ) -> None:
        self._simulation, self._simulator, self._steps = simulation, simulator, steps
        self._name = next(iter(chosen.values())).name
        market = simulation.market
        self._lines = {symbol: Line(history[symbol], bars, steps, chosen) for symbol, bars in market.items()}

    def journal(self) -> Journal:
        """Walk from boundary to boundary and return the journal of the whole."""
        journal = self._simulated(1)
        for step in self._steps[1:]:
            journal = self._settled(step.number, journal)
        return journal

    def _settled(self, step: int, journal: Journal) -> Journal:
        """Simulate up to the end of `step` with every instrument handed over when its position has ended.

        What one instrument does after its release may end another's position (a margin closeout), so it is repeated
        until the journal agrees with what was assumed; each time at least one more release, in order of time, is final.
        """
        assumed: dict[str, int] = {}
        found = self._released(step, journal)
        while found != assumed:
            assumed = found
            for symbol, line in self._lines.items():
                line.hold(step, assumed[symbol])
            journal = self._simulated(step)
            found = self._released(step, journal)
        return journal

    def _released(self, step: int, journal: Journal) -> dict[str, int]:
        held = settled(journal)
        return {symbol: released(held, line.bars, line.boundary(step)) for symbol, line in self._lines.items()}

    def _simulated(self, step: int) -> Journal:
        """Simulate the bars that open before the test of `step` is over."""
        rows = {symbol: self._reach(line, step) for symbol, line in self._lines.items()}
        market = {symbol: bars.rows(0, rows[symbol]) for symbol, bars in self._simulation.market.items()}
        signals = {symbol: line.signals(rows[symbol]) for symbol, line in self._lines.items()}
        strategy = StitchedSignals(self._name, signals)
        return self._simulator.run(_performed(replace(self._simulation, market=market), strategy))

    def _reach(self, line: Line, step: int) -> int:
        if step == len(self._steps):
            return len(line.bars)
        # One bar of an instrument that begins later is harmless: nothing is filled in it.
        return max(1, int(np.searchsorted(line.bars.time, self._steps[step - 1].test.end, side="left")))


def _targets(
    simulation: Simulation,
    history: Mapping[str, Bars],
    steps: Sequence[Step],
    chosen: Mapping[int, TargetStrategy],
    simulator: Simulator,
) -> Journal:
    """Follow at each row the targets of the step that is due: a position is what the targets say, whoever said so."""
    whole, panel = (
        align({symbol: market[symbol] for symbol in simulation.market}) for market in (history, simulation.market)
    )
    rows = np.searchsorted(whole.time, panel.time)
    decided = {step: decide_safely(strategy, whole) for step, strategy in chosen.items()}
    targets = {
        step: Targets(made.risk[rows], {name: column[rows] for name, column in made.columns.items()})
        for step, made in decided.items()
    }
    starts = [step.test.start for step in steps]
    owner = np.maximum(np.searchsorted(starts, panel.known_at, side="right"), 1)
    strategy = StitchedTargets(next(iter(chosen.values())).name, targets, owner)
    return simulator.run(_performed(simulation, strategy))


def _performed(simulation: Simulation, strategy: Strategy) -> Simulation:
    """Return the simulation with `strategy` in the place of the one allocated."""
    (share,) = simulation.allocations
    return replace(simulation, allocations=(replace(share, strategy=strategy),))
