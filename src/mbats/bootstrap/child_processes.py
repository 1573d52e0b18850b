"""Processes that run sessions, each in a session of its own, so that neither a terminal nor our death ends them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

_SECONDS_BETWEEN_LOOKS = 0.05


class ChildProcesses:
    """Implements `mbats.live.supervision.Processes` with ``mbats live run``; its output goes to a file a session.

    Parameters
    ----------
    folder
        Of the files.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._children: dict[UUID, subprocess.Popen[bytes]] = {}
        self._asked: dict[UUID, int] = {}

    def start(self, session: UUID, name: str) -> None:
        """Start ``mbats live run`` for the session."""
        self._children[session] = started(["live", "run", str(session)], self._folder / f"{name}.log")

    def running(self, session: UUID) -> bool:
        """Tell whether our process of the session is still there."""
        child = self._children.get(session)
        return child is not None and child.poll() is None

    def stop(self, session: UUID, process: int | None) -> None:
        """Send SIGTERM to the session's process."""
        child = self._children.get(session)
        if child is not None and child.poll() is None:
            child.terminate()
        elif process is not None and runs(process, str(session)):
            self._asked[session] = process
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGTERM)

    def wait(self, seconds: float) -> None:
        """Wait so long at most until our processes have ended, and those of an earlier trader that were asked to."""
        ends = monotonic() + seconds
        for child in self._children.values():
            with suppress(subprocess.TimeoutExpired):
                child.wait(max(0.0, ends - monotonic()))
        for session, process in self._asked.items():
            await_end(process, str(session), ends)


def started(words: Sequence[str], log: Path) -> subprocess.Popen[bytes]:
    """Start ``mbats`` with these words and append what it says to a file."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        return subprocess.Popen(  # noqa: S603 - ourselves, no shell
            [sys.executable, "-m", "mbats", *words],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )


def runs(process: int, word: str) -> bool:
    """Tell whether a process of this machine was started with `word`; its number may be another's by now."""
    try:
        return word.encode() in Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False


def await_end(process: int, word: str, ends: float) -> None:
    """Wait until a process that is none of our children has ended, or `monotonic` says `ends`."""
    while runs(process, word) and monotonic() < ends:
        sleep(_SECONDS_BETWEEN_LOOKS)
