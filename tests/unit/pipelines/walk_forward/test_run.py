"""A walk-forward from the first training to the verdict: everything counted, all results at once or none."""

from decimal import Decimal

import numpy as np
import pytest

from fakes.run_store import FakeRunStore
from fakes.trial_register import FakeTrialRegister
from fakes.walk_forward import Told, market
from mbats.adapters.backtrader.simulator import BacktraderSimulator
from mbats.clock import SimulatedClock
from mbats.errors.walk_forward import NothingChosen, WindowsDoNotFit, WindowWithoutBars
from mbats.execution.costs import FREE
from mbats.execution.fills import FillRules
from mbats.ledger.run import RunStatus
from mbats.ledger.terms import Account
from mbats.market.local_time import moment
from mbats.pipelines.backtest import Backtest
from mbats.pipelines.market_data import MarketData
from mbats.pipelines.sweep.cell import Cell, CellResult
from mbats.pipelines.sweep.objective import Constraint, Objective
from mbats.pipelines.sweep.sequential import SequentialExecutor
from mbats.pipelines.walk_forward.length import length
from mbats.pipelines.walk_forward.run import Desk, WalkForward, run_walk_forward
from mbats.pipelines.walk_forward.training import Training
from mbats.pipelines.walk_forward.windows import Plan
from mbats.portfolio.sizing import FixedUnits
from mbats.reports.steps import steps_of
from mbats.simulation.simulator import Allocation

HOURS = 24 * 12
WAVE = market(1 + 0.1 * np.sin(np.arange(HOURS) / 5))


class Search:
    """Two parameter sets: buy in the first hours of a day, or sell."""

    total = 2

    def __init__(self):
        every = range(0, HOURS, 24)
        sets = {"buys": [*every]}, {"sells": [*every]}
        self._cells = [
            Cell(number, Told(max_bars=6, **chosen).model_dump(mode="json")) for number, chosen in enumerate(sets)
        ]

    def ask(self, count):
        cells, self._cells = self._cells[:count], self._cells[count:]
        return cells


class Judge:
    """Says of each cell what it is told to say."""

    def __init__(self, *sharpes, trades=50):
        self._sharpes, self._trades = sharpes, trades

    def __call__(self, batch):
        return [
            CellResult(
                cell,
                {"sharpe": self._sharpes[cell.number], "skewness": 0.0, "kurtosis": 3.0, "trades": self._trades},
                np.array([0.01, 0.02, 0.0]) * (self._sharpes[cell.number] or 0.0),
            )
            for cell in batch
        ]


class Desks:
    def __init__(self):
        self.store, self.register = FakeRunStore(), FakeTrialRegister()

    def walk(self, judges, bars=WAVE, plan=("4d", "3d"), executor=None):
        market = {"EUR_USD": bars}
        share = Allocation(Told(), ("EUR_USD",), FixedUnits(100))
        data = MarketData("snapshot", market, None, {})
        backtest = Backtest((share,), ("code",), data, Account("USD", Decimal(100_000)), FREE, FillRules.VENUE)
        goal = Objective("sharpe", (Constraint("trades", ">=", 30.0),))
        asked = WalkForward(
            backtest,
            Plan(*map(length, plan)),
            Told,
            lambda steps: Training(Search, tuple(judges[: len(steps)]), goal),
            {"train": plan[0], "buys": "many"},
        )
        desk = Desk(
            "backtrader", BacktraderSimulator(), executor or SequentialExecutor(), self.store, self.register,
            SimulatedClock(moment(int(bars.known_at[-1]))),
        )  # fmt: skip
        return run_walk_forward(asked, desk)


@pytest.fixture
def desks():
    return Desks()


def test_each_step_trades_what_was_best_on_its_training(desks):
    done = desks.walk([Judge(1.0, 2.0), Judge(2.0, 1.0), Judge(0.5, 0.5)])
    assert [bool(turn.parameters["buys"]) for turn in done.turns] == [False, True, True]
    assert [turn.objective for turn in done.turns] == [2.0, 2.0, 0.5]
    trips = done.judged.result.trips
    tested = np.searchsorted([turn.step.test.start for turn in done.turns], trips.entry_time, side="right")
    assert set(trips.side[tested == 1].tolist()) == {-1}
    assert set(trips.side[tested > 1].tolist()) == {1}
    assert sum(turn.trades for turn in done.turns) == len(trips) > 5


def test_the_run_is_of_the_tests_alone_and_tells_its_steps(desks):
    done = desks.walk([Judge(1.0, 2.0), Judge(2.0, 1.0), Judge(0.5, 0.5)])
    [stored] = desks.store.runs()
    assert stored.status is RunStatus.FINISHED
    assert stored.info == done.judged.result.info
    assert stored.info.start.timestamp() * 1e9 >= done.turns[0].step.test.start
    [strategy] = stored.info.strategies
    assert [step["step"] for step in strategy["steps"]] == [1, 2, 3]
    assert strategy["parameters"] == {"train": "4d", "buys": "many"}
    assert "3 steps chose from 6 cells" in steps_of(stored.info).sentence


def test_every_cell_of_every_training_is_a_trial_of_that_window(desks):
    done = desks.walk([Judge(1.0, None), Judge(2.0, 1.0), Judge(0.5, 0.5)])
    trials = [result.trial for result in desks.register.results.values()]
    trained = [trial for trial in trials if "train" not in trial.parameters]
    windows = {(round(trial.start.timestamp()), round(trial.end.timestamp())) for trial in trained}
    assert len(trials) == 3 * 2 + 1
    assert len(windows) == 3
    assert {end for _, end in windows} == {turn.step.train.end // 10**9 for turn in done.turns}
    assert done.judged.evidence.now.trials >= 5


def test_a_window_that_ranks_nothing_stays_flat_and_says_so(desks):
    done = desks.walk([Judge(1.0, 2.0), Judge(5.0, 5.0, trades=3), Judge(1.0, None)])
    assert done.turns[1].parameters is None
    assert done.turns[1].trades == 0
    steps = steps_of(done.judged.result.info)
    assert steps.lines[1].chosen == "nothing: no cell could be ranked"
    assert "In 1 no cell could be ranked, and nothing was opened." in steps.sentence


def test_without_any_choice_the_run_fails_and_names_the_cause(desks):
    with pytest.raises(NothingChosen, match="sharpe can rank under trades>=30, in 3 training windows"):
        desks.walk([Judge(None, None)] * 3)
    [stored] = desks.store.runs()
    assert (stored.status, desks.store.results) == (RunStatus.FAILED, {})


def test_what_ends_the_process_leaves_no_results(desks):
    class Killed(SequentialExecutor):
        def judged(self, evaluate, batches):
            yield from list(super().judged(evaluate, batches))[:2]
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        desks.walk([Judge(1.0, 2.0)] * 3, executor=Killed())
    [stored] = desks.store.runs()
    assert (stored.status, desks.store.results) == (RunStatus.RUNNING, {})
    assert len(desks.register.results) == 2


def test_windows_that_do_not_fit_are_refused_before_anything_is_recorded(desks):
    with pytest.raises(WindowsDoNotFit):
        desks.walk([], plan=("1y", "3d"))
    holed = market(WAVE.close[: 24 * 8], hours=[hour for hour in range(HOURS) if not 72 <= hour < 168])
    with pytest.raises(WindowWithoutBars, match=r"EUR_USD has no bars .* the training window of step 3"):
        desks.walk([], bars=holed, plan=("2d", "2d"))
    assert desks.store.runs() == []


def test_the_efficiency_is_out_of_sample_over_in_sample(desks):
    done = desks.walk([Judge(1.0, 2.0), Judge(2.0, 1.0), Judge(0.5, 0.5)])
    chosen = np.mean([turn.trained.yearly for turn in done.turns])
    assert done.efficiency == pytest.approx(np.mean([turn.tested.yearly for turn in done.turns]) / chosen)
    assert desks.walk([Judge(-1.0, -2.0)] * 3).efficiency is None


def test_each_day_of_the_run_counts_in_the_figures_of_one_step(desks):
    done = desks.walk([Judge(1.0, 2.0), Judge(2.0, 1.0), Judge(0.5, 0.5)])
    equity = done.judged.result.equity
    ends = [turn.step.test.end for turn in done.turns]
    step = np.searchsorted(ends, equity.time, side="left")
    means = [float(equity.daily_returns[step == number].mean()) * 260 for number in range(3)]
    assert [turn.tested.yearly for turn in done.turns] == pytest.approx(means)
