"""A stored run once more, under stress."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mbats.bootstrap import wiring
from mbats.bootstrap.remade import SIZINGS, remade
from mbats.bootstrap.reporting import recalled_simulation
from mbats.errors.backtest import SizingUnknown, StrategyChanged
from mbats.errors.report import OneRunAtATime
from mbats.ledger.run import LIVE
from mbats.pipelines.stress.stress import stress
from mbats.simulation.watch import unwatched

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbats.ledger.run import RunInfo
    from mbats.reports.stress import StressTest
    from mbats.settings import Settings
    from mbats.simulation.simulator import Allocation
    from mbats.simulation.watch import Watch


def stress_run(info: RunInfo, settings: Settings, watch: Watch = unwatched) -> tuple[StressTest, ...]:
    """Simulate a stored run again under stress, from its snapshot and its strategies' code.

    Raises
    ------
    StrategyChanged, SizingUnknown
        The run's strategies or sizes are no longer what they were.
    mbats.errors.strategy.UnknownStrategy
        A strategy is gone, or was written in a notebook.
    OneRunAtATime
        The run is a walk-forward.
    """
    if any("steps" in strategy for strategy in info.strategies):
        raise OneRunAtATime(name=str(info.id)[:8], kind="walk-forward")
    simulation = recalled_simulation(info, settings, allocations(info, settings))
    return stress(simulation, wiring.simulator(None if info.simulator == LIVE else info.simulator), watch)


def allocations(info: RunInfo, settings: Settings) -> tuple[Allocation, ...]:
    """Return what each strategy of a stored run trades, made again from its record.

    Raises
    ------
    StrategyChanged, SizingUnknown, mbats.errors.strategy.UnknownStrategy
    """
    return tuple(_allocation(info, strategy, settings) for strategy in info.strategies)


def _allocation(info: RunInfo, strategy: Mapping[str, Any], settings: Settings) -> Allocation:
    name = str(info.id)[:8]
    _, allocation = remade(
        strategy,
        settings,
        lambda source: StrategyChanged(strategy=source.name, run=name, path=source.path),
        lambda rule: SizingUnknown(run=name, rule=rule, known=", ".join(SIZINGS)),
    )
    return allocation
