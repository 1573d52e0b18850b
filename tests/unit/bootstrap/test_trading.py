"""A trader goes on where a process cannot be started, or does not end."""

import subprocess
import sys

from fakes.session_store import FakeSessionStore
from mbats.bootstrap.child_processes import ChildProcesses
from mbats.bootstrap.trading import _round
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
