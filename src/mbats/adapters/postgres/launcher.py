"""Starting and stopping the server of a cluster."""

from __future__ import annotations

import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mbats.errors.database import EmbeddedServerFailed

if TYPE_CHECKING:
    from collections.abc import Callable

    from mbats.adapters.postgres.account import ServerAccount
    from mbats.adapters.postgres.place import Place

_PATIENCE = 30.0
_TAIL_LINES = 15
_REMNANTS = ("lock file", "shared memory block", "starting up", "recovery")
"""What the log speaks of while a crashed server's processes are still going."""
_PROCESSES = Path("/proc")


@dataclass(frozen=True, slots=True)
class Launcher:
    """Runs `pg_ctl` as the server's account.

    The server gets a session of its own and writes to its log, so it outlives the command that started it and never
    holds that command's terminal or pipe.
    """

    place: Place
    programs: Path
    account: ServerAccount

    def start(self, answers: Callable[[], bool]) -> None:
        """Start the server unless it answers; after a crash wait until what is left of the old one has gone."""
        deadline = time.monotonic() + _PATIENCE
        while not (answers() or self._started()):
            if time.monotonic() > deadline or not self._may_pass():
                raise self.failure("start")
            self._forget_dead_postmaster()
            time.sleep(0.1)

    def stop(self) -> None:
        """Disconnect everybody and stop the server; one that does not run is left alone."""
        if (self.place.data / "postmaster.pid").exists():
            self._pg_ctl("stop", "--mode=fast")

    def failure(self, step: str) -> EmbeddedServerFailed:
        """Return the error that shows the end of the server's log."""
        tail = self._tail() or "(empty)"
        return EmbeddedServerFailed(folder=self.place.folder, step=step, log=self.place.log, tail=tail)

    def _started(self) -> bool:
        return self._pg_ctl("start", "--log", str(self.place.log)) == 0

    def _pg_ctl(self, action: str, *options: str) -> int:
        command = [str(self.programs / "pg_ctl"), action, "--pgdata", str(self.place.data), "--silent", *options]
        return subprocess.run(  # noqa: S603 - the wheel's own program, no shell
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            check=False,
            start_new_session=True,
            **self.account.launch_options,
        ).returncode

    def _may_pass(self) -> bool:
        return any(remnant in self._tail() for remnant in _REMNANTS)

    def _tail(self) -> str:
        log = self.place.log
        lines = log.read_text(errors="replace").splitlines() if log.exists() else []
        return "\n".join(lines[-_TAIL_LINES:])

    def _forget_dead_postmaster(self) -> None:
        """Remove a lock file whose process is a corpse or somebody else's, as after a reboot."""
        file = self.place.data / "postmaster.pid"
        if file.exists() and _PROCESSES.exists() and _working_folder(file) != self.place.data.resolve():
            file.unlink()


def _working_folder(postmaster_pid: Path) -> Path | None:
    try:
        return (_PROCESSES / postmaster_pid.read_text().split("\n", 1)[0] / "cwd").readlink()
    except OSError:
        return None
