"""supervisor, told what to run: its configuration, and the few words that we exchange with it."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xmlrpc.client import ServerProxy

from mbats.errors.stack import SupervisorFailed, SupervisorMissing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
environment = PATH="{path}"
autostart = false
autorestart = {restart}
startsecs = {seconds}
startretries = 3
stopwaitsecs = 30
stopsignal = {signal}
stopasgroup = {group}
killasgroup = true
redirect_stderr = true
stdout_logfile = {folder}/logs/{name}.log
stdout_logfile_maxbytes = 20MB
stdout_logfile_backups = 2
"""


@dataclass(frozen=True, slots=True)
class Program:
    """What supervisor must know of a service."""

    name: str
    command: str
    path: str
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
        parts = [_HEAD.format(folder=self.folder, socket=self.socket)]
        parts += [
            _PROGRAM.format(
                name=one.name,
                command=one.command,
                path=one.path,
                restart="false" if one.once else "true",
                seconds=0 if one.once else 3,
                signal=one.signal,
                group=str(one.group).lower(),
                folder=self.folder,
            )
            for one in programs
        ]
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
        """Return each program's state: ``DONE``, or supervisor's words (``RUNNING``, ``EXITED``, ``FATAL``, ...)."""
        return {str(one["name"]): _state(one) for one in self._supervisor.getAllProcessInfo()}

    def begin(self, name: str) -> None:
        """Start a program, without waiting for it."""
        self._supervisor.startProcess(name, False)

    def stop(self) -> None:
        """Stop every program and supervisor itself."""
        self._supervisor.stopAllProcesses()
        self._supervisor.shutdown()

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


def _state(process: Mapping[str, Any]) -> str:
    done = process["statename"] == "EXITED" and process["exitstatus"] == 0
    return "DONE" if done else str(process["statename"])
