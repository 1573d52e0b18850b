"""supervisor, told what to run: its configuration, and the few words that we exchange with it."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xmlrpc.client import Fault, ServerProxy

from mbats.errors.stack import SupervisorFailed, SupervisorGone, SupervisorMissing

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

_HEAD = """; Written by MBATS before each start; it holds no secret.
[unix_http_server]
file = {socket}
chmod = 0700
[supervisord]
logfile = {folder}/supervisor.log
pidfile = {folder}/supervisor.pid
childlogdir = {folder}/logs
umask = 077
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl = unix://{socket}
"""
_PROGRAM = """
[program:{name}]
command = {command}
environment = PATH="{path}",UNIT="{unit}"
autostart = false
autorestart = {restart}
startsecs = {seconds}
startretries = 1000
stopwaitsecs = 30
stopsignal = {signal}
stopasgroup = {group}
killasgroup = true
redirect_stderr = true
stdout_logfile = {folder}/logs/{name}.log
stdout_logfile_maxbytes = 20MB
stdout_logfile_backups = 2
"""


IDLE = "IDLE"
"""The state of a program that was never begun."""
_AT_WORK = ("RUNNING", "STARTING", "BACKOFF", "STOPPING")
_PAUSE = 0.1


@dataclass(frozen=True, slots=True)
class Program:
    """What supervisor must know of a service; `unit` differs where the service does, so that it is started again."""

    name: str
    command: Sequence[str]
    path: str
    unit: str = ""
    once: bool = False
    signal: str = "TERM"
    group: bool = True


@dataclass(frozen=True, slots=True)
class Supervisor:
    """One supervisor, reached by a private socket; `socket` must be short enough for an address."""

    folder: Path
    socket: Path

    def configure(self, programs: Sequence[Program]) -> None:
        """Write the configuration anew."""
        (self.folder / "logs").mkdir(mode=0o700, parents=True, exist_ok=True)
        folder = _literal(str(self.folder))
        parts = [_HEAD.format(folder=folder, socket=self.socket)]
        parts += [_section(one, folder) for one in programs]
        self._file.write_text("".join(parts), encoding="utf-8")

    def start(self) -> None:
        """Start supervisor, or let a running one read its configuration again."""
        if self.running():
            self._read_again()
            return
        program = Path(sys.executable).with_name("supervisord")
        if not program.exists():
            raise SupervisorMissing
        command = [str(program), "-c", str(self._file)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - no shell
        if done.returncode:
            raise SupervisorFailed(output=(done.stdout + done.stderr).strip())

    def running(self) -> bool:
        """Tell whether supervisor answers."""
        try:
            return bool(self._supervisor.getState()["statename"] == "RUNNING")
        except OSError:
            return False

    def states(self) -> dict[str, str]:
        """Return each program's state: ``DONE``, `IDLE` or supervisor's words (``RUNNING``, ``FATAL``, ...)."""
        try:
            found = self._supervisor.getAllProcessInfo()
        except (OSError, Fault) as gone:
            raise SupervisorGone(cause=gone, log=self.folder / "supervisor.log") from None
        return {str(one["name"]): _state(one) for one in found}

    def begin(self, name: str) -> None:
        """Start a program, without waiting for it."""
        self._supervisor.startProcess(name, False)

    def end(self, names: Collection[str]) -> None:
        """Stop some programs and wait until none of them is left."""
        self.let_end(names)
        while self.at_work().intersection(names):
            time.sleep(_PAUSE)

    def let_end(self, names: Collection[str]) -> None:
        """Stop some programs, without waiting for it."""
        for name in self.at_work().intersection(names):
            with suppress(Fault):  # it has ended by itself in the meantime, or is about to
                self._supervisor.stopProcess(name, False)

    def at_work(self) -> set[str]:
        """Return the names of the programs that have processes, or are about to."""
        return {name for name, state in self.states().items() if state in _AT_WORK}

    def stop(self) -> None:
        """Stop every program that is left, and supervisor itself."""
        supervisor = self._supervisor.getPID()
        self._supervisor.shutdown()
        while _is_there(supervisor):
            time.sleep(_PAUSE)

    @property
    def _file(self) -> Path:
        return self.folder / "supervisor.conf"

    @property
    def _supervisor(self) -> Any:
        """What supervisor offers to be called, through its socket."""
        from supervisor.xmlrpc import SupervisorTransport

        transport = SupervisorTransport(None, None, f"unix://{self.socket}")
        return ServerProxy("http://127.0.0.1", transport=transport).supervisor

    def _read_again(self) -> None:
        """Let a running supervisor take over the configuration as it is now; changed programs stop."""
        ((added, changed, removed),) = self._supervisor.reloadConfig()
        for name in (*changed, *removed):
            self._supervisor.stopProcessGroup(name)
            self._supervisor.removeProcessGroup(name)
        for name in (*added, *changed):
            self._supervisor.addProcessGroup(name)


def _section(one: Program, folder: str) -> str:
    return _PROGRAM.format(
        name=one.name,
        command=_literal(shlex.join(one.command)),
        path=_literal(one.path),
        unit=one.unit,
        restart="false" if one.once else "true",
        seconds=0 if one.once else 3,
        signal=one.signal,
        group=str(one.group).lower(),
        folder=folder,
    )


def _is_there(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def _literal(text: str) -> str:
    """Return a text that supervisor expands to itself."""
    return text.replace("%", "%%")


def _state(process: Mapping[str, Any]) -> str:
    if process["statename"] == "STOPPED" and not process["start"]:
        return IDLE
    done = process["statename"] == "EXITED" and process["exitstatus"] == 0
    return "DONE" if done else str(process["statename"])
