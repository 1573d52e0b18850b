from types import SimpleNamespace

import numpy as np
import pytest

from fakes.sweep_store import FakeSweepStore
from fakes.verdict import run_info
from mbats.errors.database import DatabaseDiskFull
from mbats.errors.sweep import ObjectiveUndefined, SweepBusy, SweepOutOfRoom
from mbats.ledger.daily import FIGURES
from mbats.ledger.run import RunStatus
from mbats.pipelines.sweep.axis_text import axis
from mbats.pipelines.sweep.cell import CellResult
from mbats.pipelines.sweep.grid import GridSearch
from mbats.pipelines.sweep.objective import objective
from mbats.pipelines.sweep.run import Sweep, run_sweep
from mbats.pipelines.sweep.sequential import SequentialExecutor
from mbats.pipelines.sweep.space import Space
from mbats.pipelines.sweep.store import SweepInfo
from mbats.strategies.samples.rsi_bracket import RsiBracket

DAYS = np.arange(3, dtype=np.int64)


class Killed(BaseException):
    """What kill -9 does, for want of a process."""


class Judge:
    """Best at an RSI of 25 bars; notes what it judged, and dies before the cell it is told to die at."""

    def __init__(self, dies_at=None, fails_at=(), undefined=False):
        self.seen, self.dies_at, self.fails_at, self.undefined = [], dies_at, fails_at, undefined

    def __call__(self, batch):
        return [self.judged(cell) for cell in batch]

    def judged(self, cell):
        if len(self.seen) == self.dies_at:
            raise Killed
        self.seen.append(cell.number)
        if cell.number in self.fails_at:
            return CellResult(cell, {}, np.empty(0), "RsiBracket failed")
        sharpe = None if self.undefined else -abs(cell.parameters["rsi_period"] - 25)
        return CellResult(cell, {"sharpe": sharpe, "trades": 10.0 * cell.number}, np.zeros(3))


def sweep(judge, constraints=(), minute=0):
    space = Space(RsiBracket, {}, [axis(RsiBracket, "rsi_period=10:60:1")])
    info = SweepInfo(run_info(minute), "grid", space.described(), 51, 0, "sharpe", constraints, DAYS, 260)
    conclusion = SimpleNamespace(
        run=SimpleNamespace(result=SimpleNamespace(info=info.basis)), verdict={"passes": False}
    )
    goal = objective("sharpe", constraints, FIGURES)
    return Sweep(info, goal, lambda _: GridSearch(space), judge, lambda _: conclusion)


@pytest.fixture
def store():
    return FakeSweepStore()


def test_every_cell_is_judged_stored_and_ranked(store):
    judge = Judge()
    swept, _ = run_sweep(sweep(judge), SequentialExecutor(), store)
    assert judge.seen == list(range(51))
    assert swept.ranking.best[0].cell.parameters["rsi_period"] == 25
    assert [result.cell.number for result in store.cells(swept.info.id)] == list(range(51))
    stored = store.find("latest")
    assert (stored.status, stored.best, stored.verdict) == (RunStatus.FINISHED, 15, {"passes": False})


def test_a_sweep_killed_twice_judges_no_stored_cell_again_and_ends_as_if_nothing_had_happened(store):
    for dies_at in (14, 20):
        with pytest.raises(Killed):
            run_sweep(sweep(Judge(dies_at)), SequentialExecutor(), store)
    before = {result.cell.number for result in store.cells(store.find("latest").info.id)}
    assert 0 < len(before) < 51
    last = Judge()
    swept, _ = run_sweep(sweep(last, minute=30), SequentialExecutor(), store)
    assert set(last.seen) == set(range(51)) - before
    assert (swept.resumed, swept.ranking.judged) == (len(before), 51)
    assert len(store.sweeps()) == 1
    assert [result.cell.number for result in store.cells(swept.info.id)] == list(range(51))
    assert swept.ranking.best[0].cell.parameters["rsi_period"] == 25


def test_one_killed_before_its_conclusion_only_draws_that(store):
    asked = sweep(Judge())

    def dying(_):
        raise Killed

    with pytest.raises(Killed):
        run_sweep(
            Sweep(asked.info, asked.objective, asked.searching, asked.evaluate, dying), SequentialExecutor(), store
        )
    last = Judge()
    run_sweep(sweep(last), SequentialExecutor(), store)
    assert not last.seen
    assert store.find("latest").status is RunStatus.FINISHED


def test_a_finished_sweep_is_made_anew(store):
    run_sweep(sweep(Judge()), SequentialExecutor(), store)
    again = Judge()
    run_sweep(sweep(again, minute=1), SequentialExecutor(), store)
    assert len(again.seen) == 51
    assert len(store.sweeps()) == 2


def test_a_cell_that_fails_stops_nothing(store):
    swept, _ = run_sweep(sweep(Judge(fails_at=(15, 16))), SequentialExecutor(), store)
    assert (swept.ranking.failed, swept.ranking.judged) == (2, 51)
    assert swept.ranking.best[0].cell.number == 14


def test_an_objective_that_is_undefined_everywhere_is_a_clear_error_and_the_cells_stay(store):
    with pytest.raises(ObjectiveUndefined, match="None of the 51 cells") as refused:
        run_sweep(sweep(Judge(undefined=True, fails_at=(3,))), SequentialExecutor(), store)
    assert "1 failed; the first said: RsiBracket failed" in str(refused.value)
    stored = store.find("latest")
    assert (stored.status, stored.cells) == (RunStatus.FAILED, 51)
    assert "sharpe" in stored.error


def test_constraints_decide_who_is_ranked(store):
    swept, _ = run_sweep(sweep(Judge(), constraints=("trades>=200",)), SequentialExecutor(), store)
    assert swept.ranking.best[0].cell.number == 20
    assert swept.ranking.unranked == 20


def test_the_same_sweep_is_made_once_at_a_time(store):
    asked = sweep(Judge())
    with store.hold(asked.info.key), pytest.raises(SweepBusy):
        run_sweep(asked, SequentialExecutor(), store)


def test_a_full_disk_says_what_is_kept_and_the_sweep_goes_on_later(store, monkeypatch):
    def full(*_):
        raise DatabaseDiskFull(address="risk", cause="No space left on device")

    with pytest.raises(Killed):
        run_sweep(sweep(Judge(14)), SequentialExecutor(), store)
    kept = store.find("latest").cells
    with monkeypatch.context() as patch:
        patch.setattr(store, "add", full)
        with pytest.raises(SweepOutOfRoom, match=f"The {kept} cells judged before are stored"):
            run_sweep(sweep(Judge()), SequentialExecutor(), store)
    assert store.find("latest").status is RunStatus.INTERRUPTED
    swept, _ = run_sweep(sweep(Judge()), SequentialExecutor(), store)
    assert (swept.resumed, swept.ranking.judged) == (kept, 51)


def test_progress_counts_what_was_there_before(store):
    with pytest.raises(Killed):
        run_sweep(sweep(Judge(14)), SequentialExecutor(), store)
    stored, told = store.find("latest").cells, []

    class Watch:
        def __init__(self, what, total):
            told.append((what, total))

        def __enter__(self):
            return told.append

        def __exit__(self, *_):
            pass

    run_sweep(sweep(Judge()), SequentialExecutor(), store, Watch)
    assert told[:2] == [("Judging cells", 51), stored]
    assert sum(told[1:]) == 51
