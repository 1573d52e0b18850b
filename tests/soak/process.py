"""Processes of ours that run for long, and how much memory they hold."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

_TESTS = Path(__file__).parent.parent


class Service:
    """A child process; its output goes into a file."""

    def __init__(self, home: Path, name: str, *arguments: str, module: str = "mbats") -> None:
        self.name, self.log = name, home / f"{name}.log"
        environment = {**os.environ, "MBATS_HOME": str(home / "home"), "PYTHONPATH": str(_TESTS)}
        with self.log.open("w") as log:
            command = [sys.executable, "-m", module, *arguments]
            self.process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=home)

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self.process.poll() is None

    @property
    def mebibytes(self) -> float:
        """Resident memory."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        assert found, "the process is gone"
        return int(found[1]) / 1024

    def stop(self) -> int:
        """Ask it to end, and return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


def ours(home: Path, *arguments: str) -> str:
    """Run one of our commands to its end and return what it printed."""
    environment = {**os.environ, "MBATS_HOME": str(home / "home")}
    command = [sys.executable, "-m", "mbats", *arguments]
    done = subprocess.run(command, env=environment, cwd=home, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(arguments)}: exit code {done.returncode}\n{done.stderr}")
    return done.stdout
