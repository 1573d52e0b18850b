"""From a request to a sweep that is made, or gone on with."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from mbats.bootstrap import wiring
from mbats.bootstrap.backtesting import assembled, execute, named_with_symbols, sizing, usual_size
from mbats.bootstrap.model_binding import ModelShelf, pinned_axes, pinned_values, with_model
from mbats.bootstrap.simulators import KERNEL, forewarned
from mbats.bootstrap.sweep_options import restored
from mbats.bootstrap.sweep_worker import CellJudge
from mbats.clock import SystemClock
from mbats.errors.backtest import NoSymbols
from mbats.errors.simulation import BeyondTheKernel
from mbats.errors.sweep import NothingToResume, SweepChanged, SweepOfNotebook
from mbats.ledger.daily import FIGURES
from mbats.ledger.judgement import periods_per_year
from mbats.ledger.run import RunStatus
from mbats.ledger.trading_days import day_ends
from mbats.pipelines.sweep.axis_text import axis, fixed_values
from mbats.pipelines.sweep.conclusion import Conclusion, concluded
from mbats.pipelines.sweep.grid import GridSearch
from mbats.pipelines.sweep.objective import objective
from mbats.pipelines.sweep.random import RandomSearch
from mbats.pipelines.sweep.run import Sweep, run_sweep
from mbats.pipelines.sweep.space import Space
from mbats.pipelines.sweep.store import SweepInfo
from mbats.secmaster.moments import span
from mbats.simulation.checks import check, strategy_name
from mbats.simulation.kernel.simulator import runs
from mbats.simulation.simulator import Allocation
from mbats.simulation.watch import unwatched
from mbats.strategies.discovery import find
from mbats.strategies.parameters import configure_class

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mbats.bootstrap.sweep_options import Placement, SearchOptions, SweepOptions
    from mbats.pipelines.backtest import Backtest
    from mbats.pipelines.sweep.cell import Cell
    from mbats.pipelines.sweep.objective import Objective
    from mbats.pipelines.sweep.search import Search
    from mbats.pipelines.sweep.store import StoredSweep, Sweeps
    from mbats.pipelines.sweep.swept import Swept
    from mbats.settings import Settings
    from mbats.simulation.watch import Watch

_FEW = 24
"""Cells that the compiled simulator judges before worker processes have started."""


@dataclass(frozen=True, slots=True)
class SweepJob:
    """A sweep that can be made.

    Attributes
    ----------
    basis
        The backtest of the first valid cell; the others differ in the parameters.
    simulator
        ``kernel`` or ``backtrader``.
    start, end
        Range of the snapshot's bars, nanoseconds UTC; None is an open end.
    options
        What was asked for on the command line, as plain values.
    """

    basis: Backtest
    space: Space
    search: SearchOptions
    simulator: str
    start: int | None = None
    end: int | None = None
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SweepResult:
    """A finished sweep: its cells as counted and ranked, the run of the best one, and the verdict."""

    swept: Swept
    conclusion: Conclusion


def sweep_from(
    options: SweepOptions, placement: Placement, settings: Settings, watch: Watch = unwatched
) -> SweepResult:
    """Make the sweep that `options` describe; an identical one that was interrupted is gone on with."""
    return make_sweep(job_from(options, settings), placement, settings, watch)


def resume_sweep(name: str, placement: Placement, settings: Settings, watch: Watch = unwatched) -> SweepResult:
    """Go on with an interrupted sweep, on the snapshot that it began with.

    Parameters
    ----------
    name
        The beginning of its id, or ``latest``: the newest one that was interrupted.

    Raises
    ------
    mbats.errors.sweep.UnknownSweep, AmbiguousSweep, NothingToResume, SweepOfNotebook, SweepChanged, SweepBusy
    """
    stored = _named(name, wiring.sweep_store(settings))
    short = str(stored.info.id)[:8]
    if stored.status in {RunStatus.FINISHED, RunStatus.FAILED}:
        raise NothingToResume(sweep=short, status=stored.status)
    if not stored.info.options:
        raise SweepOfNotebook(sweep=short)
    job = job_from(restored(stored.info.options, stored.info.basis.snapshot), settings)
    again = _info(job)
    if again.key != stored.info.key:
        same = again.basis.strategies[0]["code"] == stored.info.basis.strategies[0]["code"]
        raise SweepChanged(sweep=short, what="MBATS itself" if same else "the strategy's code")
    return make_sweep(job, placement, settings, watch)


def _named(name: str, sweeps: Sweeps) -> StoredSweep:
    newest = sweeps.sweeps() if name == "latest" else []
    interrupted = [sweep for sweep in newest if sweep.status is RunStatus.INTERRUPTED]
    return interrupted[0] if interrupted else sweeps.find(name)


def job_from(options: SweepOptions, settings: Settings) -> SweepJob:
    """Check all that can be checked before the first cell, and read the data."""
    asked = options.backtest
    name, symbols = named_with_symbols(asked.strategies[0])
    source = find(name, settings.strategies)
    if not (symbols := symbols or tuple(asked.symbols)):
        raise NoSymbols(strategy=source.name)
    objective(options.search.objective, options.search.constraints, FIGURES)
    fixed = pinned_values(source.cls, fixed_values(source.cls, asked.parameters), settings)
    axes = pinned_axes(source.cls, [axis(source.cls, text) for text in options.grid], settings)
    space = Space(source.cls, fixed, axes)
    if options.search.kind == "grid":
        space.bounded(options.search.max_cells)
    configured = with_model(configure_class(source.cls, space.first().parameters), settings)
    size = sizing(asked) or usual_size(configured.strategy)
    share = Allocation(configured.strategy, symbols, size, configured.parameters)
    basis = assembled(asked, [(source, share)], settings)
    start, end = span(asked.start, asked.end)
    return SweepJob(basis, space, options.search, simulator_for(share, asked.simulator), start, end, asdict(options))


def simulator_for(share: Allocation, choice: str | None) -> str:
    """Return which simulator judges the cells: the one chosen, else the compiled one wherever it can.

    Raises
    ------
    BeyondTheKernel
    """
    name = wiring.simulator(choice).name([share])
    if name == KERNEL and not runs(share):
        raise BeyondTheKernel(what=f"{strategy_name(share.strategy)}, sized by {type(share.sizing).__name__}")
    return name


def make_sweep(job: SweepJob, placement: Placement, settings: Settings, watch: Watch = unwatched) -> SweepResult:
    """Judge and store all cells, run the best one in full, and draw the conclusion."""
    check(job.basis.simulation())
    goal = objective(job.search.objective, job.search.constraints, FIGURES)
    store, register = wiring.sweep_store(settings), wiring.trial_register(settings)

    def conclude(swept: Swept) -> Conclusion:
        run = execute(
            _backtest_of(job, swept.ranking.best[0].cell, settings),
            wiring.simulator(job.simulator, watch=watch),
            settings,
        )
        return concluded(swept, run, store, register)

    judge = cell_judge(job, settings)
    if job.simulator == KERNEL:
        _compile(judge, job.space.first(), watch)
    sweep = Sweep(_info(job), goal, _searching(job, goal, settings), judge, conclude)
    few = job.simulator == KERNEL and sweep.info.total <= _FEW
    return SweepResult(*run_sweep(sweep, placement.place(few), store, watch))


def cell_judge(job: SweepJob, settings: Settings) -> CellJudge:
    """Return what judges the job's cells, on whatever machine."""
    basis, [share] = job.basis, job.basis.allocations
    return CellJudge(
        strategy=job.space.cls,
        simulator=job.simulator,
        symbols=share.instruments,
        sizing=share.sizing,
        account=basis.account,
        costs=basis.costs,
        fills=basis.fills,
        object_store=settings.object_store,
        snapshot=basis.data.snapshot,
        start=job.start,
        end=job.end,
        shelf=ModelShelf.of(settings),
    )


def _compile(judge: CellJudge, cell: Cell, watch: Watch) -> None:
    """Judge one cell here first: on a machine new to it the simulator is compiled once, not by every worker."""
    with forewarned(watch, judge.fills)("Preparing", 1) as advance:
        judge([cell])
        advance(1)


def _searching(job: SweepJob, goal: Objective, settings: Settings) -> Callable[[SweepInfo], Search]:
    search = job.search
    if search.random is not None:
        return lambda _: RandomSearch(job.space, search.random or 0, search.seed)
    if search.bayesian is not None:
        return lambda info: wiring.bayesian_search(settings, info, job.space, goal)
    return lambda _: GridSearch(job.space, search.max_cells)


def _info(job: SweepJob) -> SweepInfo:
    backtest, search = job.basis, job.search
    basis = backtest.info(job.simulator, SystemClock().now())
    [strategy] = basis.strategies
    fixed = {name: strategy["parameters"][name] for name in job.space.fixed}
    market = {symbol: backtest.data.bars[symbol] for symbol in backtest.symbols}
    return SweepInfo(
        basis=replace(basis, strategies=({**strategy, "parameters": fixed},)),
        search=search.kind,
        space=job.space.described(),
        total=search.random or search.bayesian or job.space.size,
        seed=search.seed,
        objective=search.objective,
        constraints=tuple(search.constraints),
        days=day_ends(market.values()),
        periods_per_year=periods_per_year(market),
        options=job.options,
    )


def _backtest_of(job: SweepJob, cell: Cell, settings: Settings) -> Backtest:
    [share] = job.basis.allocations
    configured = with_model(configure_class(job.space.cls, cell.parameters), settings)
    return replace(
        job.basis, allocations=(replace(share, strategy=configured.strategy, parameters=configured.parameters),)
    )
