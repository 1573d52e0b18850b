"""From a request to a walk-forward that is done."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from mbats.bootstrap import wiring
from mbats.bootstrap.model_binding import ModelShelf
from mbats.bootstrap.sweeping import cell_judge, job_from
from mbats.clock import SystemClock
from mbats.errors.walk_forward import SearchNeedsResults
from mbats.ledger.daily import FIGURES
from mbats.pipelines.sweep.grid import GridSearch
from mbats.pipelines.sweep.objective import objective
from mbats.pipelines.sweep.random import RandomSearch
from mbats.pipelines.walk_forward.length import length
from mbats.pipelines.walk_forward.run import Desk, WalkForward, run_walk_forward
from mbats.pipelines.walk_forward.training import Training
from mbats.pipelines.walk_forward.windows import Plan
from mbats.simulation.watch import unwatched

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbats.bootstrap.sweep_options import Placement, SweepOptions
    from mbats.bootstrap.sweep_worker import CellJudge
    from mbats.bootstrap.sweeping import SweepJob
    from mbats.market.bars import Bars
    from mbats.pipelines.sweep.search import Search
    from mbats.pipelines.walk_forward.run import WalkedForward
    from mbats.pipelines.walk_forward.windows import Step, Window
    from mbats.settings import Settings
    from mbats.simulation.watch import Watch


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowOptions:
    """Windows in a person's words: lengths such as ``2y``, ``6m``, ``90d`` and ``5000b``."""

    train: str = "2y"
    test: str = "6m"
    gap: str | None = None
    anchored: bool = False

    def plan(self) -> Plan:
        """Return the plan; raises `mbats.errors.walk_forward.BadLength`."""
        return Plan(length(self.train), length(self.test), length(self.gap) if self.gap else None, self.anchored)


def walk_forward_from(
    options: SweepOptions, windows: WindowOptions, placement: Placement, settings: Settings, watch: Watch = unwatched
) -> WalkedForward:
    """Make the walk-forward that a person asked for."""
    plan = windows.plan()
    if options.search.bayesian is not None:
        raise SearchNeedsResults
    return walk_forward(job_from(options, settings), plan, placement, settings, watch)


def walk_forward(
    job: SweepJob, plan: Plan, placement: Placement, settings: Settings, watch: Watch = unwatched
) -> WalkedForward:
    """Train, test, judge and store, with the search, the space and the data of a sweep."""
    if job.search.bayesian is not None:
        raise SearchNeedsResults
    goal = objective(job.search.objective, job.search.constraints, FIGURES)
    judge = cell_judge(job, settings)

    def training(steps: Sequence[Step]) -> Training:
        return Training(lambda: _search(job), tuple(_on(judge, job, step.train) for step in steps), goal)

    asked = WalkForward(job.basis, plan, job.space.cls, training, _described(job, plan), ModelShelf.of(settings).bound)
    simulator = wiring.simulator()
    desk = Desk(
        name=simulator.name(job.basis.allocations),
        simulator=simulator,
        executor=placement.place(),
        store=wiring.run_store(settings),
        register=wiring.trial_register(settings),
        clock=SystemClock(),
    )
    return run_walk_forward(asked, desk, watch)


def _search(job: SweepJob) -> Search:
    if job.search.random is not None:
        return RandomSearch(job.space, job.search.random, job.search.seed)
    return GridSearch(job.space, job.search.max_cells)


def _on(judge: CellJudge, job: SweepJob, window: Window) -> CellJudge:
    """Return what judges cells on the bars of one window, with indicators warmed up by all bars before it."""
    market = [job.basis.data.bars[symbol] for symbol in job.basis.symbols]
    end = _first_beyond(window, market)
    return replace(judge, start=window.start, end=end, warm_up=min(int(bars.time[0]) for bars in market))


def _first_beyond(window: Window, market: Sequence[Bars]) -> int:
    """Return when the first bar opens that is not known by the window's end.

    A bar of another instrument that opens later yet is known sooner, as the session of a share beside the UTC day of a
    pair, is given up: the judge reads bars by their opening.
    """
    opens = [int(bars.time[row]) for bars in market if (row := window.bars(bars).stop) < len(bars)]
    return min([window.end, *opens])


def _described(job: SweepJob, plan: Plan) -> dict[str, Any]:
    """Return what decides the result as parameters of the run: fixed values, axes and windows."""
    search = job.search
    drawn = {"random": search.random, "seed": search.seed} if search.random is not None else {}
    limits = {"constraints": " and ".join(search.constraints)} if search.constraints else {}
    return {
        **job.space.fixed,
        **{str(axis["name"]): _said(axis) for axis in job.space.described()},
        "train": str(plan.train),
        "test": str(plan.test),
        **({"gap": str(plan.gap)} if plan.gap else {}),
        "anchored": plan.anchored,
        "objective": search.objective,
        **limits,
        **drawn,
    }


def _said(axis: dict[str, Any]) -> str:
    """Write an axis as it is typed."""
    if "values" in axis:
        return ",".join(map(str, axis["values"]))
    rest = axis.get("step") or ("log" if axis.get("log") else "")
    return f"{axis['low']}:{axis['high']}" + (f":{rest}" if rest else "")
