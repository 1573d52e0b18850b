"""A stack whose services are processes of this machine, as those who use it see it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from functools import cached_property
from pathlib import Path
from typing import Any

from mbats.adapters.postgres.place import load
from mbats.stack.table import SERVICES, ports


class NativeStack:
    """The stack of one home.

    Parameters
    ----------
    variables
        What `mbats stack up` finds in its environment beside the home.
    """

    def __init__(self, home: Path, variables: dict[str, str]) -> None:
        self.home, self._folder = home, home / "stack"
        self._variables = variables | {"MBATS_HOME": str(home), "MBATS_STACK_LAUNCHER": "native"}

    @classmethod
    def apart(cls, home: Path, variables: dict[str, str]) -> NativeStack:
        """Return a stack that stands beside any other of this machine: its ports are free ones."""
        moved = {f"MBATS_PORT_{_variable(name)}": str(_free_port()) for name in ports(SERVICES)}
        return cls(home, variables | moved)

    def up(self, *services: str) -> None:
        """Bring everything up, or some services and what they need."""
        self._mbats("stack", "up", *services)

    def down(self, service: str = "") -> None:
        """Stop one service, or everything."""
        if service:
            self._supervisor("stop", service)
        else:
            self._mbats("stack", "down")

    def forget(self) -> None:
        """Remove what lies outside the home: a cluster that its account could not have reached there."""
        place = load(self._folder / "postgres")
        if place and not place.data.is_relative_to(self.home.resolve()):
            shutil.rmtree(place.data.parent)

    def kill(self, service: str) -> None:
        """End a service's process as no service can expect."""
        os.kill(int(self._supervisor("pid", service)), signal.SIGKILL)

    def status(self) -> dict[str, dict[str, Any]]:
        """Return what `mbats stack status` says, by service."""
        told = self._mbats("stack", "status", "--json", check=False).stdout
        return {row["service"]: row for row in json.loads(told)}

    def address(self, service: str) -> str:
        """Return where a service is: ``http://localhost:8080``, or ``localhost:5432`` where it speaks no HTTP."""
        address = self._doors[service]["address"]
        scheme, separator, rest = address.rpartition("://")
        return scheme + separator + rest.partition("/")[0]

    def login(self, service: str) -> tuple[str, str]:
        """Return a service's user and password."""
        row = self._doors[service]
        secrets = json.loads((self._folder / "secrets.json").read_text(encoding="utf-8"))
        return row["user"], secrets[row["secret"]]

    @cached_property
    def _doors(self) -> dict[str, dict[str, Any]]:
        return self.status()

    def variables(self, service: str = "trader") -> dict[str, str]:
        """Return the environment of a service."""
        return dict(self._unit(service)["variables"])

    def run(self, *words: str, service: str = "trader", check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a command as a service of the stack would; ``mbats`` is the stack's own."""
        [program, *_], rest = self._unit("trader")["command"], words[1:]
        known = {"mbats": program, "python": str(Path(program).with_name("python"))}
        environment = {"PATH": os.environ["PATH"], "HOME": str(self._folder / service)} | self.variables(service)
        return _run([known[words[0]], *rest], environment, self.home, check=check)

    def _unit(self, service: str) -> dict[str, Any]:
        told: dict[str, Any] = json.loads((self._folder / "units" / f"{service}.json").read_text(encoding="utf-8"))
        return told

    def _mbats(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("MBATS_")}
        return _run([sys.executable, "-m", "mbats", *words], environment | self._variables, self.home, check=check)

    def _supervisor(self, *words: str) -> str:
        program = Path(sys.executable).with_name("supervisorctl")
        configuration = str(self._folder / "supervisor.conf")
        return _run([str(program), "-c", configuration, *words], dict(os.environ), self.home).stdout.strip()


def _run(
    command: list[str], environment: dict[str, str], folder: Path, *, check: bool = True
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, check=False)
    assert not check or not done.returncode, f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr}"
    return done


def _variable(name: str) -> str:
    return name.upper().replace("-", "_").replace(".", "_")


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
