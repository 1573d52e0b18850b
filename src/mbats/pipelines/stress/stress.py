from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from mbats.ledger.daily import daily_figures
from mbats.ledger.day_ends import DayEnds
from mbats.pipelines.stress.strain import (
    with_delay_in_bars,
    with_delay_in_seconds,
    with_size,
    with_slippage,
    with_spread,
)
from mbats.reports.stress import StressPoint, StressTest
from mbats.simulation.watch import unwatched

if TYPE_CHECKING:
    from mbats.simulation.simulator import Simulation, Simulator
    from mbats.simulation.watch import Advance, Watch

Strain: TypeAlias = Callable[["Simulation", float], "Simulation | None"]


@dataclass(frozen=True, slots=True)
class _Plan:
    """One way in which things get worse: its name, the unit, the levels, the run's own level, what a level changes."""

    name: str
    unit: str
    levels: tuple[float, ...]
    own: float
    strain: Strain


def stress(simulation: Simulation, simulator: Simulator, watch: Watch = unwatched) -> tuple[StressTest, ...]:
    """Simulate a run again and again, one thing worse at a time.

    The decisions stay those of the run, and nobody chooses among the results, so none of these is a trial. A level is
    left out where the fill rules, the strategy's kind or the bars do not know it.
    """
    plans, currency = _plans(simulation), simulation.account.currency
    others = sum(len(plan.levels) - (plan.own in plan.levels) for plan in plans)
    with watch("Simulating it under stress", 1 + others) as advance:
        bench = _Bench(simulation, simulator, advance)
        tests = [StressTest(plan.name, plan.unit, bench.points(plan), currency) for plan in plans]
    return tuple(test for test in tests if len(test.points) > 1)


def _plans(simulation: Simulation) -> tuple[_Plan, ...]:
    slipped = simulation.costs.slippage_pips
    return (
        _Plan("Spread", "times", (1.0, 1.5, 2.0, 3.0), 1.0, with_spread),
        _Plan("Slippage", "pips", (0.0, 0.25, 0.5, 1.0), slipped, with_slippage),
        _Plan("Size", "times", (1.0, 2.0, 5.0, 10.0), 1.0, with_size),
        _Plan("Delay", "bars", (0.0, 1.0, 2.0), 0.0, with_delay_in_bars),
        _Plan("Delay", "seconds", (0.0, 1.0, 10.0, 60.0), 0.0, with_delay_in_seconds),
    )


class _Bench:
    """Where one simulation is put under every strain; as it is, it is simulated once."""

    def __init__(self, simulation: Simulation, simulator: Simulator, advance: Advance) -> None:
        self._simulation, self._simulator, self._advance = simulation, simulator, advance
        self._unstrained = self._judged(simulation)

    def points(self, plan: _Plan) -> tuple[StressPoint, ...]:
        """Return what is left at each level that is known here."""
        return tuple(StressPoint(level, *found) for level in plan.levels if (found := self._at(plan, level)))

    def _at(self, plan: _Plan, level: float) -> tuple[float, float | None] | None:
        strained = plan.strain(self._simulation, level)
        if strained is None:
            self._advance(1)
            return None
        return self._unstrained if level == plan.own else self._judged(strained)

    def _judged(self, simulation: Simulation) -> tuple[float, float | None]:
        """Return net profit and Sharpe ratio."""
        journal = self._simulator.run(simulation)
        market, conversion = simulation.market, simulation.conversion
        days = DayEnds.of(market, conversion, simulation.account, simulation.costs, simulation.fills)
        figures = daily_figures(journal, days).figures
        self._advance(1)
        return float(figures["net_profit"] or 0.0), figures["sharpe"]
