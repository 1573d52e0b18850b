"""The one service that keeps all sessions as they are wanted."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import threading
from contextlib import contextmanager, suppress
from time import monotonic
from typing import TYPE_CHECKING

from mbats.bootstrap import wiring
from mbats.bootstrap.child_processes import ChildProcesses, await_end, runs, started
from mbats.errors.database import DatabaseDiskFull, DatabaseRefused, DatabaseUnreachable
from mbats.live.alerts import AlertKind
from mbats.live.supervision import Supervisor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from mbats.live.alerts import Alerts
    from mbats.live.supervision import Step
    from mbats.settings import Settings

logger = logging.getLogger(__name__)

_SECONDS_BETWEEN_LOOKS = 1.0
_SECONDS_TO_END = 30.0
_SECONDS_BETWEEN_WATCHDOGS = 10.0


def trade(settings: Settings) -> None:
    """Keep sessions as they are wanted until this process is told to end.

    Raises
    ------
    mbats.errors.live.TraderHeld
        Another trader looks after them.
    """
    store, alerts = wiring.session_store(settings), wiring.alerts(settings)
    processes = ChildProcesses(settings.home / "live" / "logs")
    supervisor, watchdog = Supervisor(store, processes), _Watchdog(settings.home / "live")
    with store.lead() as confirm, _told_to_end() as ended:
        logger.info("the trader keeps the sessions of %s", settings.home)
        while not ended.is_set():
            _round(confirm, supervisor, watchdog, alerts)
            ended.wait(_SECONDS_BETWEEN_LOOKS)
        _tell(supervisor.stop(), alerts)
        processes.wait(_SECONDS_TO_END)
        watchdog.stop()


def _round(confirm: Callable[[], None], supervisor: Supervisor, watchdog: _Watchdog, alerts: Alerts) -> None:
    try:
        watchdog.look(monotonic())
        confirm()
        _tell(supervisor.look(monotonic()), alerts)
    except (DatabaseUnreachable, DatabaseRefused, DatabaseDiskFull) as trouble:
        logger.warning("sessions go on by themselves meanwhile: %s", trouble)
    except OSError as trouble:
        logger.warning("no process can be started, trying again: %s", trouble)


def _tell(steps: Sequence[Step], alerts: Alerts) -> None:
    for step in steps:
        logger.info("session %s: %s", step.session, step.text)
        if step.again:
            alerts.tell(AlertKind.RESTART, f"session {step.session}: {step.text}", {"session": step.session})


@contextmanager
def _told_to_end() -> Iterator[threading.Event]:
    """Yield what is set once SIGTERM or an interrupt comes."""
    ended = threading.Event()
    before = {number: signal.signal(number, lambda *_: ended.set()) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield ended
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class _Watchdog:
    """The process that watches all sessions from outside, begun again when it dies.

    It outlives a trader that is killed; its number stays in a file, so that the next trader finds it.
    """

    def __init__(self, folder: Path) -> None:
        self._log, self._number = folder / "logs" / "watchdog.log", folder / "watchdog.pid"
        self._own: subprocess.Popen[bytes] | None = None
        self._latest: float | None = None

    def look(self, now: float) -> None:
        """Start the process where there is none, at most every few seconds."""
        if self._running() is None and (self._latest is None or now - self._latest >= _SECONDS_BETWEEN_WATCHDOGS):
            self._latest = now
            self._own = started(["live", "watchdog"], self._log)
            self._number.write_text(str(self._own.pid))

    def stop(self) -> None:
        """End it."""
        if (number := self._running()) is None:
            return
        with suppress(ProcessLookupError):
            os.kill(number, signal.SIGTERM)
        if self._own is None:
            await_end(number, "watchdog", monotonic() + _SECONDS_TO_END)
            return
        with suppress(subprocess.TimeoutExpired):
            self._own.wait(_SECONDS_TO_END)

    def _running(self) -> int | None:
        """Return the number of the process, ours or an earlier trader's."""
        if self._own is not None:
            return self._own.pid if self._own.poll() is None else None
        try:
            number = int(self._number.read_text())
        except (OSError, ValueError):
            return None
        return number if runs(number, "watchdog") else None
