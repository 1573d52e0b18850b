"""Workers of a sweep in processes of their own: none outlives the one that started them, whatever ends it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

SCRIPT = """
import sys
from fakes.executor import Slow, batches
from mbats.adapters.local.executor import LocalExecutor

# No `if __name__ == "__main__"`: a worker that ran this script again would start workers of its own.
for results in LocalExecutor(2).judged(Slow(sys.argv[1]), batches(10_000)):
    print(len(results), flush=True)
"""


@pytest.fixture
def sweep(tmp_path, repository):
    """A process that judges cells for minutes, once both workers are at it, and the workers' ids."""
    folder = tmp_path / "judged"
    folder.mkdir()
    (tmp_path / "sweep.py").write_text(SCRIPT)
    environment = os.environ | {"PYTHONPATH": str(repository / "tests")}
    process = subprocess.Popen(
        [sys.executable, str(tmp_path / "sweep.py"), str(folder)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout.readline() == "5\n"
    yield process, folder
    process.kill()
    process.communicate()


def workers(folder):
    return {int(pid) for file in list(folder.iterdir()) for pid in file.read_text().split()}


def wait_until(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_workers_end_when_their_parent_is_killed(sweep):
    process, folder = sweep
    wait_until(lambda: len(workers(folder)) == 2)
    process.kill()
    process.wait()
    wait_until(lambda: not any(map(alive, workers(folder))), seconds=5)


def test_ctrl_c_ends_all_at_once_and_the_workers_say_nothing(sweep):
    process, folder = sweep
    wait_until(lambda: len(workers(folder)) == 2)
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=20)
    assert said.count("Traceback") == 1
    assert said.rstrip().endswith("KeyboardInterrupt")
    assert not any(map(alive, workers(folder)))


def test_a_killed_worker_is_replaced(sweep):
    process, folder = sweep
    wait_until(lambda: len(workers(folder)) == 2)
    before = workers(folder)
    os.kill(min(before), signal.SIGKILL)
    wait_until(lambda: len(workers(folder) - before) == 1)
    assert process.stdout.readline() == "5\n"


def alive(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
