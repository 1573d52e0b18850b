"""What every store of sweeps must do; the fake and PostgreSQL are held to it."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import numpy as np
import pytest

from fakes.sweep_store import FakeSweepStore
from fakes.verdict import run_info
from mbats.errors.base import MbatsError
from mbats.errors.sweep import AmbiguousSweep, SweepBusy, UnknownSweep
from mbats.ledger.run import RunStatus
from mbats.pipelines.sweep.cell import Cell, CellResult
from mbats.pipelines.sweep.store import SweepInfo

DAYS = np.arange(4, dtype=np.int64) * 86_400_000_000_000
FIGURES = {"sharpe": 1.5, "skewness": -0.25, "kurtosis": 3.5, "trades": 40.0, "sortino": None}


def sweep_info(minute=0, *, seed=7, **basis):
    """Return the record of a sweep that began in that minute."""
    return SweepInfo(
        basis=run_info(minute, **basis),
        search="grid",
        space=[{"name": "rsi_period", "low": 10, "high": 40, "step": "5"}],
        total=7,
        seed=seed,
        objective="sharpe",
        constraints=("trades>=30",),
        days=DAYS,
        periods_per_year=260,
        options={"grid": ["rsi_period=10:40:5"]},
    )


def cell(number, error="", returns=(0.5, -0.25, 0.0, 0.125)):
    found = CellResult(Cell(number, {"rsi_period": 10 + 5 * number}), FIGURES, np.array(returns))
    return CellResult(found.cell, {}, np.empty(0), error) if error else found


def same(left, right):
    for name in ("basis", "search", "space", "total", "seed", "objective", "constraints", "periods_per_year"):
        assert getattr(left, name) == getattr(right, name), name
    assert left.days.tolist() == right.days.tolist()
    assert (left.key, left.options) == (right.key, right.options)


class SweepStoreContract:
    """Inherit and give a fixture `store`: an empty store that is its own archive."""

    def test_a_sweep_goes_from_running_to_finished(self, store):
        info = sweep_info()
        with store.hold(info.key) as nothing:
            assert nothing is None
            store.begin(info)
            store.add(info, [cell(0), cell(2)])
            [running] = store.sweeps()
            assert (running.status, running.cells, running.finished_at) == (RunStatus.RUNNING, 2, None)
            store.finish(info.id, 2, None, {"deflated": 0.41})
        [finished] = store.sweeps()
        same(finished.info, info)
        assert (finished.status, finished.best, finished.verdict) == (RunStatus.FINISHED, 2, {"deflated": 0.41})
        assert finished.finished_at is not None

    def test_an_interrupted_sweep_is_given_back_to_the_next_who_holds_it(self, store):
        info = sweep_info()
        with store.hold(info.key):
            store.begin(info)
            store.add(info, [cell(1)])
        assert store.find("latest").status is RunStatus.INTERRUPTED
        with store.hold(sweep_info(minute=5).key) as interrupted:
            assert interrupted is not None
            same(interrupted.info, info)
            assert interrupted.cells == 1
            assert store.find("latest").status is RunStatus.RUNNING
        with store.hold(sweep_info(seed=8).key) as other:
            assert other is None

    def test_a_finished_or_failed_sweep_is_not_gone_on_with(self, store):
        first, second = sweep_info(0), sweep_info(1)
        with store.hold(first.key):
            store.begin(first)
            store.finish(first.id, 0, None, {})
            store.begin(second)
            store.fail(second.id, "undefined everywhere")
        assert (store.find("latest").status, store.find("latest").error) == (RunStatus.FAILED, "undefined everywhere")
        with store.hold(first.key) as nothing:
            assert nothing is None

    def test_one_process_at_a_time_makes_a_sweep(self, store):
        key = sweep_info().key
        with store.hold(key):
            with pytest.raises(SweepBusy), store.hold(key):
                pass
            with store.hold(sweep_info(seed=8).key):
                pass
        with store.hold(key):
            pass

    def test_a_hold_ends_with_whatever_error(self, store):
        key = sweep_info().key
        with pytest.raises(ZeroDivisionError), store.hold(key):
            raise ZeroDivisionError
        with store.hold(key):
            pass

    def test_gives_back_cells_by_number(self, store):
        info = sweep_info()
        store.begin(info)
        store.add(info, [cell(3), cell(1, error="RsiBracket failed")])
        store.add(info, [cell(0)])
        stored = list(store.cells(info.id))
        assert [result.cell for result in stored] == [cell(number).cell for number in (0, 1, 3)]
        assert [result.error for result in stored] == ["", "RsiBracket failed", ""]
        assert list(stored[0].figures.items()) == list(FIGURES.items())
        assert not stored[1].figures
        assert {len(result.daily_returns) for result in stored} == {0}

    def test_gives_back_daily_returns_of_judged_cells_to_seven_digits(self, store):
        info = sweep_info()
        store.begin(info)
        assert [part.shape for part in store.returns(info.id)] == [(0,), (0, 4)]
        store.add(info, [cell(3, returns=(0.1, 0.2, 0.3, -0.4)), cell(1, error="no"), cell(0)])
        numbers, matrix = store.returns(info.id)
        assert numbers.tolist() == [0, 3]
        assert matrix.dtype == np.float32
        assert matrix[1] == pytest.approx([0.1, 0.2, 0.3, -0.4], rel=1e-7)

    def test_no_cell_is_stored_twice_and_a_batch_is_stored_whole_or_not_at_all(self, store):
        info = sweep_info()
        store.begin(info)
        store.add(info, [cell(1)])
        with pytest.raises(MbatsError):
            store.add(info, [cell(2), cell(1)])
        assert [result.cell.number for result in store.cells(info.id)] == [1]

    def test_finds_by_the_beginning_of_an_id(self, store):
        with pytest.raises(UnknownSweep, match="none yet"):
            store.find("latest")
        first, second = (sweep_info(n, id=UUID(f"abc{n}0000-0000-4000-8000-000000000000")) for n in (1, 2))
        store.begin(first)
        store.begin(second)
        assert store.find("abc1").info.id == first.id
        assert store.find("latest").info.id == second.id
        assert [stored.info.id for stored in store.sweeps(limit=1)] == [second.id]
        with pytest.raises(AmbiguousSweep, match=str(first.id)):
            store.find("abc")
        with pytest.raises(UnknownSweep, match="%"):
            store.find("%")


class TestFake(SweepStoreContract):
    @pytest.fixture
    def store(self):
        return FakeSweepStore()


class TestPostgres(SweepStoreContract):
    @pytest.fixture
    def store(self, postgres):
        return postgres.sweep_store()

    def test_a_cell_is_one_trial_however_often_it_is_tried(self, store, postgres, as_role):
        first, again, other = sweep_info(0), sweep_info(1), sweep_info(2, seed=8, snapshot="sha256:6")
        for info in (first, again, other):
            store.begin(info)
            store.add(info, [cell(0), cell(1)])
        reader = as_role("risk", "mbats_writer")
        assert reader.execute("SELECT count(*) FROM risk.trial").fetchone() == (4,)
        assert reader.execute("SELECT count(*) FROM risk.sweep_cell").fetchone() == (6,)
        tried = postgres.trial_register().tried(
            ("EUR_USD",), datetime(2024, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC)
        )
        assert tried.trials == 4

    def test_a_run_of_the_same_parameters_is_the_same_trial(self, store, postgres, as_role):
        info = sweep_info()
        store.begin(info)
        store.add(info, [cell(4)])
        postgres.run_store().begin(run_info(3, id=uuid4()))  # rsi_period 30, as cell 4
        assert as_role("risk", "mbats_writer").execute("SELECT count(*) FROM risk.trial").fetchone() == (1,)

    def test_dashboards_see_sweeps_and_cells(self, store, as_role):
        info = sweep_info()
        store.begin(info)
        store.add(info, [cell(0), cell(1)])
        store.finish(info.id, 1, None, {})
        reader = as_role("risk", "bi_reader")
        row = reader.execute("SELECT strategy, status, cells, total FROM report.sweeps").fetchone()
        assert row == ("RsiBracket", "finished", 2, 7)
        rows = reader.execute("SELECT number, best, sharpe, objective, trades FROM report.sweep_cells ORDER BY 1")
        assert rows.fetchall() == [(0, False, 1.5, 1.5, 40.0), (1, True, 1.5, 1.5, 40.0)]
