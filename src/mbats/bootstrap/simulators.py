from __future__ import annotations

from typing import TYPE_CHECKING

from mbats.errors.simulation import FeaturesNeedBacktrader
from mbats.simulation.watch import unwatched
from mbats.strategies.signal import SignalStrategy
from mbats.strategies.target import TargetStrategy

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mbats.execution.fills import FillRules
    from mbats.ledger.journal import Journal
    from mbats.simulation.simulator import Allocation, Simulation, Simulator
    from mbats.simulation.watch import Watch

KERNEL, BACKTRADER = "kernel", "backtrader"


class ChosenSimulator:
    """The simulator that was asked for, and unless one was, the compiled one for all that it can run.

    Parameters
    ----------
    choice
        ``kernel``, ``backtrader``, or None.
    features
        Folder into which prices and indicators of every bar are logged, which Backtrader does.
    begins
        Before this time, nanoseconds UTC, Backtrader turns orders away.

    Raises
    ------
    FeaturesNeedBacktrader
        The kernel was asked for, and features.
    """

    def __init__(
        self, choice: str | None = None, features: Path | None = None, watch: Watch = unwatched, *, begins: int = 0
    ) -> None:
        if features is not None and choice == KERNEL:
            raise FeaturesNeedBacktrader
        self._choice = BACKTRADER if features is not None else choice
        self._features, self._watch, self._begins = features, watch, begins

    def name(self, allocations: Sequence[Allocation]) -> str:
        """Return which one runs `allocations`, as the run record has it."""
        return self._choice or (KERNEL if all(map(_compiles, allocations)) else BACKTRADER)

    def run(self, simulation: Simulation) -> Journal:
        """Simulate; raises what the chosen one raises."""
        return self._chosen(simulation).run(simulation)

    def _chosen(self, simulation: Simulation) -> Simulator:
        # Either costs a second to import, and most processes need one of them.
        if self.name(simulation.allocations) == KERNEL:
            from mbats.simulation.kernel.simulator import KernelSimulator

            return KernelSimulator(forewarned(self._watch, simulation.fills))
        from mbats.adapters.backtrader.simulator import BacktraderSimulator

        if self._features is None:
            return BacktraderSimulator(watch=self._watch, begins=self._begins)
        from mbats.adapters.backtrader.analyzers.feature_logger import logging_into

        return BacktraderSimulator([logging_into(self._features)], self._watch)


def forewarned(watch: Watch, fills: FillRules) -> Watch:
    """Return a watch that says so where the kernel has yet to be compiled, which takes half a minute without a sign."""
    from mbats.compiled import cache_folder

    if any(cache_folder().glob(f"kernel_*/{fills.value}*.nbi")):
        return watch
    return lambda what, total: watch(f"Compiling, once on this machine; then {what[:1].lower()}{what[1:]}", total)


def _compiles(share: Allocation) -> bool:
    if not isinstance(share.strategy, SignalStrategy | TargetStrategy):
        return False
    from mbats.simulation.kernel.decisions import knows

    return knows(share.sizing)
