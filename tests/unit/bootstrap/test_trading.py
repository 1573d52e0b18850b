"""A trader goes on where a process cannot be started, or does not end."""

import subprocess
import sys
from uuid import UUID

import pytest

from fakes.session_store import FakeSessionStore
from mbats.bootstrap.child_processes import ChildProcesses, runs
from mbats.bootstrap.trading import _round, _Watchdog
from mbats.live.alerts import Silent
from mbats.live.supervision import Supervisor


class FullDisk:
    def look(self, now):
        raise OSError(28, "No space left on device")


def test_a_full_disk_does_not_end_the_trader(tmp_path, caplog):
    _round(lambda: None, Supervisor(FakeSessionStore(), ChildProcesses(tmp_path)), FullDisk(), Silent())
    assert "No space left" in caplog.text


def test_a_process_that_hangs_does_not_keep_the_trader_from_ending(tmp_path):
    processes = ChildProcesses(tmp_path)
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as hanging:
        processes._children[1] = hanging
        processes.wait(0.01)
        hanging.kill()


SLOW = """
import signal, sys, time
signal.signal(signal.SIGTERM, {})
print("ready", flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize(
    ("asked", "seconds", "left"),
    [("lambda *_: (time.sleep(0.3), sys.exit())", 30.0, False), ("signal.SIG_IGN", 0.01, True)],
    ids=["ends", "hangs"],
)
def test_what_an_earlier_trader_started_is_waited_for_too(tmp_path, asked, seconds, left):
    session, processes = UUID(int=1), ChildProcesses(tmp_path)
    command = [sys.executable, "-c", SLOW.format(asked), str(session)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as other:
        assert other.stdout.readline() == b"ready\n"
        processes.stop(session, other.pid)
        processes.wait(seconds)
        assert runs(other.pid, str(session)) is left
        other.kill()


def test_a_watchdog_that_an_earlier_trader_started_is_waited_for_too(tmp_path):
    command = [sys.executable, "-c", SLOW.format("lambda *_: (time.sleep(0.3), sys.exit())"), "watchdog"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as other:
        assert other.stdout.readline() == b"ready\n"
        (tmp_path / "watchdog.pid").write_text(str(other.pid))
        _Watchdog(tmp_path).stop()
        assert not runs(other.pid, "watchdog")
        other.kill()
