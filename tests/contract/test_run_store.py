"""What every risk database must do; the fake and PostgreSQL are held to it."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import numpy as np
import pytest

from fakes.run_store import FakeRunStore
from fakes.verdict import result, run_info
from mbats.errors.database import AmbiguousRun, RunNotRunning, UnfinishedRun, UnknownRun
from mbats.ledger.journal import Event, JournalWriter
from mbats.ledger.run import LIVE, RunStatus


def assert_same_bits(left, right):
    for name in Event._fields:
        ours, theirs = getattr(left, name), getattr(right, name)
        assert (ours.dtype, ours.tobytes()) == (theirs.dtype, theirs.tobytes()), name
    for names in ("instruments", "strategies", "currencies"):
        assert getattr(left, names) == getattr(right, names)
    assert list(left.extras) == list(right.extras)
    for name in left.extras:
        assert left.extras[name].tobytes() == right.extras[name].tobytes(), name


class RunStoreContract:
    """Inherit and give a fixture `store`: an empty risk database."""

    def test_a_run_goes_from_running_to_finished(self, store):
        info = run_info()
        store.begin(info)
        [running] = store.runs()
        assert (running.info, running.status, running.finished_at) == (info, RunStatus.RUNNING, None)
        store.finish(result(info))
        [finished] = store.runs()
        assert (finished.info, finished.status) == (info, RunStatus.FINISHED)
        assert finished.finished_at is not None

    def test_what_a_strategy_has_learnt_in_its_run_is_told_with_the_results(self, store):
        info = run_info()
        store.begin(info)
        learnt = replace(info, strategies=tuple({**each, "steps": [{"step": 1}]} for each in info.strategies))
        store.finish(result(learnt))
        assert store.find("latest").info == learnt

    def test_remembers_the_performance_in_its_order_with_what_is_unknown(self, store):
        info = run_info()
        store.begin(info)
        store.finish(result(info))
        told, stored = result(info).performance.as_dict(), store.find("latest").performance
        assert list(stored.items()) == list(told.items())
        assert stored["sharpe"] is None

    def test_gives_back_the_journal_bit_for_bit(self, store):
        info = run_info()
        store.begin(info)
        store.finish(result(info))
        assert_same_bits(store.journal(info.id), result(info).journal)

    def test_a_run_without_a_trade_or_even_an_event_is_a_run(self, store):
        info = run_info()
        empty = JournalWriter(("EUR_USD",), (), ()).journal()
        store.begin(info)
        store.finish(replace(result(info), journal=empty, flows=()))
        assert_same_bits(store.journal(info.id), empty)

    def test_a_failed_run_keeps_its_cause(self, store):
        info = run_info()
        store.begin(info)
        store.fail(info.id, "a strategy raised")
        [failed] = store.runs()
        assert (failed.status, failed.error) == (RunStatus.FAILED, "a strategy raised")
        with pytest.raises(UnfinishedRun, match="failed"):
            store.journal(info.id)

    def test_a_run_ends_once(self, store):
        info = run_info()
        with pytest.raises(RunNotRunning, match=str(info.id)):
            store.fail(info.id, "never began")
        store.begin(info)
        store.finish(result(info))
        with pytest.raises(RunNotRunning):
            store.finish(result(info))
        with pytest.raises(RunNotRunning):
            store.fail(info.id, "too late")

    def test_a_live_run_s_results_grow_until_it_is_over(self, store):
        info = run_info(simulator=LIVE)
        empty = replace(result(info), journal=JournalWriter(("EUR_USD",), (), ()).journal(), flows=())
        store.refresh(empty, over=False)
        assert_same_bits(store.journal(info.id), empty.journal)
        later = replace(info, snapshot="another", end=info.end + timedelta(days=1), notes=("more",))
        store.refresh(result(later), over=False)
        assert_same_bits(store.journal(info.id), result(info).journal)
        [grown] = store.runs()
        assert (grown.info, grown.status, grown.finished_at) == (later, RunStatus.INTERRUPTED, None)
        store.refresh(result(later), over=True)
        assert store.find("latest").status is RunStatus.FINISHED
        with pytest.raises(RunNotRunning):
            store.refresh(result(later), over=True)
        assert_same_bits(store.journal(info.id), result(info).journal)

    def test_results_of_a_backtest_are_not_refreshed(self, store):
        info = run_info()
        store.begin(info)
        with pytest.raises(RunNotRunning):
            store.refresh(result(info), over=False)
        store.finish(result(info))
        with pytest.raises(RunNotRunning):
            store.refresh(result(info), over=False)
        assert_same_bits(store.journal(info.id), result(info).journal)

    def test_shows_the_newest_first_and_no_more_than_asked(self, store):
        infos = [run_info(minute) for minute in (2, 0, 1)]
        for info in infos:
            store.begin(info)
        assert [run.info.started_at.minute for run in store.runs()] == [2, 1, 0]
        assert [run.info.started_at.minute for run in store.runs(limit=2)] == [2, 1]

    def test_finds_by_the_beginning_of_an_id(self, store):
        first, second = (run_info(id=UUID(f"abc{n}0000-0000-4000-8000-000000000000")) for n in (1, 2))
        store.begin(first)
        store.begin(second)
        assert store.find("abc1").info.id == first.id
        assert store.find(str(second.id).upper()).info.id == second.id
        with pytest.raises(AmbiguousRun, match=str(first.id)):
            store.find("abc")
        with pytest.raises(UnknownRun, match="%"):
            store.find("%")

    def test_latest_is_the_newest_finished_run(self, store):
        with pytest.raises(UnknownRun, match="none yet"):
            store.find("latest")
        old, new = run_info(0), run_info(1)
        store.begin(old)
        store.finish(result(old))
        store.begin(new)
        assert store.find("latest").info.id == old.id

    def test_knows_no_journal_of_an_unknown_or_unfinished_run(self, store):
        info = run_info()
        store.begin(info)
        with pytest.raises(UnfinishedRun, match="running"):
            store.journal(info.id)
        with pytest.raises(UnknownRun):
            store.journal(uuid4())

    def test_a_journal_may_hold_any_float(self, store):
        info, odd = run_info(), np.array([np.nan, np.inf, -np.inf, -0.0, 5e-324, 1.7e308])
        writer = JournalWriter(("EUR_USD", "USD_JPY"), ("a", "b"), ("USD", "JPY"))
        for number, value in enumerate(odd.tolist()):
            writer.append(Event(-number, 0, number % 2, 1, units=value, price=value, amount=value), {"x": value})
        store.begin(info)
        store.finish(replace(result(info), journal=writer.journal(), flows=()))
        assert_same_bits(store.journal(info.id), writer.journal())


class TestFake(RunStoreContract):
    @pytest.fixture
    def store(self):
        return FakeRunStore()


class TestPostgres(RunStoreContract):
    @pytest.fixture
    def store(self, postgres):
        return postgres.run_store()
