from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from mbats.errors.base import MbatsError
from mbats.errors.walk_forward import NothingChosen, WindowWithoutBars
from mbats.ledger.trading_days import bar_ends
from mbats.pipelines.judged_run import judge_run
from mbats.pipelines.referee import declare, judge_sharpe
from mbats.pipelines.walk_forward.outcome import efficiency, turns
from mbats.pipelines.walk_forward.stitching import stitch
from mbats.pipelines.walk_forward.training import rankings
from mbats.pipelines.walk_forward.trials import trials_of
from mbats.pipelines.walk_forward.windows import Window
from mbats.reports.evidence import Evidence
from mbats.secmaster.moments import moment
from mbats.simulation.checks import check
from mbats.simulation.watch import unwatched
from mbats.strategies.model_signal import beside
from mbats.strategies.parameters import configure_class

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mbats.clock import Clock
    from mbats.evidence.register import TrialRegister
    from mbats.ledger.journal import Journal
    from mbats.ledger.run import RunInfo, RunStore
    from mbats.market.bars import Bars
    from mbats.pipelines.backtest import Backtest
    from mbats.pipelines.judged_run import JudgedRun
    from mbats.pipelines.sweep.cell import CellResult
    from mbats.pipelines.sweep.executor import Executor
    from mbats.pipelines.sweep.ranking import Ranking
    from mbats.pipelines.walk_forward.outcome import Turn
    from mbats.pipelines.walk_forward.training import Training
    from mbats.pipelines.walk_forward.windows import Plan, Step
    from mbats.simulation.simulator import Simulation, Simulator
    from mbats.simulation.watch import Watch


@dataclass(frozen=True, slots=True)
class WalkForward:
    """What a user asks of a walk-forward.

    Attributes
    ----------
    backtest
        On all bars; its one allocation holds the strategy with any valid parameters.
    training
        Given the steps, how parameters are chosen on each of their training windows.
    described
        What was asked for, as parameters of the run.
    bound
        Hands a strategy the model that it names.
    """

    backtest: Backtest
    plan: Plan
    cls: type[Any]
    training: Callable[[Sequence[Step]], Training]
    described: Mapping[str, Any]
    bound: Callable[[Any], Any] = lambda strategy: strategy

    def steps(self) -> tuple[Step, ...]:
        """Return the windows that the bars have room for.

        Raises
        ------
        mbats.errors.walk_forward.WindowsDoNotFit, WindowWithoutBars
        """
        market = [self.backtest.data.bars[symbol] for symbol in self.backtest.symbols]
        steps = self.plan.steps(bar_ends(market), min(int(bars.time[0]) for bars in market))
        for bars in market:
            for step in steps:
                _demand(bars, step.train, f"the training window of step {step.number}")
            _demand(bars, Window(steps[0].test.start, steps[-1].test.end), "all that is tested")
        return steps

    def tested(self, steps: Sequence[Step]) -> Backtest:
        """Return the backtest of the tests alone."""
        return replace(self.backtest, data=self.backtest.data.since(steps[0].test.start))


@dataclass(frozen=True, slots=True)
class WalkedForward:
    """A walk-forward that is done.

    Attributes
    ----------
    judged
        The tests as one run.
    efficiency
        See `mbats.pipelines.walk_forward.outcome.efficiency`.
    """

    judged: JudgedRun
    turns: tuple[Turn, ...]
    efficiency: float | None


@dataclass(frozen=True, slots=True)
class Desk:
    """Who takes part in a walk-forward: `name` is what the run record calls `simulator`."""

    name: str
    simulator: Simulator
    executor: Executor
    store: RunStore
    register: TrialRegister
    clock: Clock


def run_walk_forward(asked: WalkForward, desk: Desk, watch: Watch = unwatched) -> WalkedForward:
    """Train, test, judge and store; every cell of every training is a trial, from the moment it was judged.

    The run is recorded before the first training, and gets its results, all at once, after the last test: what ends
    this process in between leaves an interrupted run without any.

    Raises
    ------
    mbats.errors.walk_forward.WindowsDoNotFit, NothingChosen, SetsDisagree
    """
    steps = asked.steps()
    backtest = asked.tested(steps)
    check(asked.backtest.simulation())
    simulation = backtest.simulation()
    check(simulation)
    info = _described(backtest.info(desk.name, desk.clock.now()), asked.described)
    desk.store.begin(info)
    declare(desk.register, info, backtest.prior_trials, backtest.author, info.started_at)
    try:
        ranked = _trained(asked, steps, info, desk, watch)
        journal = _stitched(asked, steps, ranked, simulation, desk.simulator)
        done = _walked(judge_run(info, journal, simulation), steps, ranked)
    except MbatsError as failure:
        desk.store.fail(info.id, str(failure))
        raise
    desk.store.finish(done.judged.result)
    deflation = judge_sharpe(done.judged.result, desk.register)
    desk.register.keep(info.id, deflation)
    return replace(done, judged=replace(done.judged, evidence=Evidence(deflation)))


def _trained(asked: WalkForward, steps: Sequence[Step], info: RunInfo, desk: Desk, watch: Watch) -> tuple[Ranking, ...]:
    training = asked.training(steps)

    def note(window: int, results: Sequence[CellResult]) -> None:
        trials = trials_of(asked.backtest, info, steps[window].train, results)
        desk.register.add(trials, desk.clock.now())

    return rankings(training, desk.executor, note, watch)


def _stitched(
    asked: WalkForward, steps: Sequence[Step], ranked: Sequence[Ranking], simulation: Simulation, simulator: Simulator
) -> Journal:
    chosen = {
        step.number: asked.bound(configure_class(asked.cls, ranking.best[0].cell.parameters).strategy)
        for step, ranking in zip(steps, ranked, strict=True)
        if ranking.best
    }
    if not chosen:
        raise _nothing_chosen(ranked)
    whole = asked.backtest.data.bars
    placed = {number: beside(strategy, whole.__getitem__) for number, strategy in chosen.items()}
    return stitch(simulation, whole, steps, placed, simulator)


def _walked(judged: JudgedRun, steps: Sequence[Step], ranked: Sequence[Ranking]) -> WalkedForward:
    """Return what was done, each step's choice and figures told in the run's record."""
    found = turns(steps, ranked, judged.result)
    [strategy] = judged.result.info.strategies
    told = {**strategy, "steps": [turn.as_dict() for turn in found], "efficiency": efficiency(found)}
    info = replace(judged.result.info, strategies=(told,))
    return WalkedForward(replace(judged, result=replace(judged.result, info=info)), found, efficiency(found))


def _demand(bars: Bars, window: Window, what: str) -> None:
    rows = window.bars(bars)
    if rows.stop == rows.start:
        ends = {"first": moment(window.start), "last": moment(window.end)}
        raise WindowWithoutBars(symbol=bars.instrument.symbol, what=what, **ends)


def _described(info: RunInfo, parameters: Mapping[str, Any]) -> RunInfo:
    [strategy] = info.strategies
    return replace(info, strategies=({**strategy, "parameters": dict(parameters)},))


def _nothing_chosen(ranked: Sequence[Ranking]) -> NothingChosen:
    goal = ranked[0].objective
    limits = ", ".join(map(str, goal.constraints))
    trouble = next((ranking.trouble for ranking in ranked if ranking.trouble), "")
    return NothingChosen(
        objective=goal.figure,
        constraints=f" under {limits}" if limits else "",
        steps=len(ranked),
        why=f"The first failure: {trouble}\n" if trouble else "",
    )
