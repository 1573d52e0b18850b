"""What everything that judges the cells of a sweep must do: in this process, on this machine's cores, on a cluster."""

import pytest

from fakes.executor import Dying, Judge, OutOfRoom, Refusing, batches
from mbats.adapters.local.executor import LocalExecutor
from mbats.adapters.ray.executor import RayExecutor
from mbats.errors.executor import WorkerDied, WorkerDiskFull
from mbats.errors.snapshot import ObjectMissing
from mbats.pipelines.sweep.sequential import SequentialExecutor


def table(executor, evaluate, given):
    """Everything that came back, by cell, in bits."""
    rows = [result for results in executor.judged(evaluate, given) for result in results]
    assert len(rows) == len({row.cell.number for row in rows})
    return {row.cell.number: (row.cell, dict(row.figures), row.daily_returns.tobytes(), row.error) for row in rows}


class ExecutorContract:
    """Inherit and give a fixture `executor`."""

    def test_judges_every_cell_once_and_gives_back_the_same_bits_as_this_process(self, executor, tmp_path):
        there, here = tmp_path / "there", tmp_path / "here"
        there.mkdir()
        here.mkdir()
        found = table(executor, Judge(there), batches(23))
        assert found == table(SequentialExecutor(), Judge(here), batches(23))
        assert all(len((there / f"{number}").read_text().split()) == 1 for number in range(23))

    def test_gives_back_a_batch_together(self, executor, tmp_path):
        sizes = sorted(len(results) for results in executor.judged(Judge(tmp_path), batches(23)))
        assert sizes == [3, 5, 5, 5, 5]

    def test_has_nothing_to_do_without_batches(self, executor, tmp_path):
        assert list(executor.judged(Judge(tmp_path), [])) == []

    def test_takes_batches_only_as_workers_come_free(self, executor, tmp_path):
        taken, given_back = [], 0
        for _ in executor.judged(Judge(tmp_path), (taken.append(1) or batch for batch in batches(100))):
            given_back += 1
            assert len(taken) <= given_back + 2 * executor.workers
        assert given_back == 20

    def test_what_the_judge_refuses_is_raised_as_it_is(self, executor, tmp_path):
        with pytest.raises(ObjectMissing) as caught:
            table(executor, Refusing(tmp_path), batches(23))
        assert caught.value.facts == {"key": "snapshots/abc"}

    def test_says_that_a_worker_has_no_room_on_its_disk(self, executor, tmp_path):
        with pytest.raises(WorkerDiskFull, match=r"(?s)No space left on device.*--resume"):
            table(executor, OutOfRoom(tmp_path), batches(3))

    def test_sends_along_a_judge_that_no_worker_could_import(self, executor, tmp_path):
        class Typed(Judge):
            __module__ = "__main__"

        assert sorted(table(executor, Typed(tmp_path), batches(7))) == list(range(7))

    def test_may_be_used_again(self, executor, tmp_path):
        assert table(executor, Judge(tmp_path), batches(5)) == table(executor, Judge(tmp_path), batches(5))


class MortalWorkers:
    """What holds besides where workers are processes of their own."""

    def test_judges_again_what_a_worker_left_that_died(self, executor, tmp_path):
        found = table(executor, Dying(tmp_path, deaths=2), batches(60))
        assert sorted(found) == list(range(60))

    def test_gives_up_after_three_deaths_and_names_the_cells(self, executor, tmp_path):
        with pytest.raises(WorkerDied, match=r"(?s)\(period=7\) and 2 more.*--resume"):
            table(executor, Dying(tmp_path, deaths=3), batches(60))


class TestSequential(ExecutorContract):
    @pytest.fixture
    def executor(self):
        return SequentialExecutor()


class TestLocal(ExecutorContract, MortalWorkers):
    @pytest.fixture
    def executor(self):
        return LocalExecutor(2)

    def test_repeats_the_last_words_of_a_worker_that_died(self, executor, tmp_path):
        with pytest.raises(WorkerDied, match="no memory left"):
            table(executor, Dying(tmp_path, deaths=3), batches(60))


class TestRay(ExecutorContract, MortalWorkers):
    @pytest.fixture
    def executor(self, joined_ray):
        return RayExecutor(address=joined_ray.address)
