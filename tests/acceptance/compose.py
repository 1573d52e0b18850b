"""A stack whose services are containers, as those who use it see it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

from mbats.stack.compose.engine import Engine
from mbats.stack.compose.places import OWN, STATE, TOOLS, UNIT
from mbats.stack.compose.rendering import SECRETS
from mbats.stack.table import SERVICES

_CHECKOUT = Path(__file__).parents[2]
_ENDS = {service.name: service.once for service in SERVICES}
_BECOME = """
import json, os, sys
unit = json.load(open(sys.argv[1]))
os.chdir(unit["folder"])
os.execvpe(sys.argv[2], sys.argv[2:], {"PATH": os.environ["PATH"], "HOME": unit["folder"]} | unit["variables"])
"""
_KILL = """
import os, signal
for child in open("/proc/1/task/1/children").read().split():
    os.kill(int(child), signal.SIGKILL)
"""


class ComposeStack:
    """The stack of one Compose project; its engine is the machine's.

    Parameters
    ----------
    home
        Where the launcher remembers what was chosen; the services' own home is a volume.
    variables
        What `mbats stack up` finds in its environment beside the home.
    """

    def __init__(self, home: Path, variables: dict[str, str]) -> None:
        self.home = home
        self._variables = variables | {"MBATS_HOME": str(home), "MBATS_STACK_LAUNCHER": "compose"}
        self._engine = Engine.found(_CHECKOUT, self._variables)

    @classmethod
    def apart(cls, home: Path, variables: dict[str, str]) -> ComposeStack:
        """Return a project of its own beside any other of this machine: its ports are free ones."""
        moved = {f"MBATS_PORT_{one.name.upper().replace('-', '_')}": str(_free_port()) for one in SERVICES if one.port}
        return cls(home, variables | moved | {"COMPOSE_PROJECT_NAME": f"mbats-{uuid4().hex[:8]}"})

    def up(self, *services: str) -> None:
        """Bring everything up, or some services and what they need."""
        self._mbats("stack", "up", *services)

    def down(self, service: str = "") -> None:
        """Stop one service, or everything."""
        if service:
            self._compose("stop", service)
        else:
            self._mbats("stack", "down")

    def kill(self, service: str) -> None:
        """End a service's process as no service can expect; its container's first process sees it die."""
        self._compose("exec", "-T", service, "python", "-c", _KILL)

    def status(self) -> dict[str, dict[str, Any]]:
        """Return what `mbats stack status` says, by service."""
        told = self._mbats("stack", "status", "--json", check=False).stdout
        return {row["service"]: row for row in json.loads(told)}

    def address(self, service: str) -> str:
        """Return where a service is: ``http://localhost:8080``, or ``localhost:5432`` where it speaks no HTTP."""
        address: str = self.status()[service]["address"]
        scheme, separator, rest = address.rpartition("://")
        return scheme + separator + rest.partition("/")[0]

    def login(self, service: str) -> tuple[str, str]:
        """Return a service's user and password."""
        row = self.status()[service]
        told = self._compose("run", "--rm", "--no-deps", "-T", SECRETS, "cat", f"{STATE}/{SECRETS}/secrets.json").stdout
        return row["user"], json.loads(told)[row["secret"]]

    def variables(self, service: str = "trader") -> dict[str, str]:
        """Return the environment of a service."""
        told = self._compose("exec", "-T", service, "cat", f"{UNIT}/{service}.json").stdout
        return dict(json.loads(told)["variables"])

    def run(self, *words: str, service: str = "trader", check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a command as a service of the stack would; ``mbats`` is the stack's own."""
        command = [f"{TOOLS}/{OWN}/bin/{words[0]}", *words[1:]]
        way = ["run", "--rm", "--no-deps"] if _ENDS[service] else ["exec"]
        become = ["-T", service, f"{TOOLS}/{OWN}/bin/python", "-c", _BECOME, f"{UNIT}/{service}.json"]
        return self._compose(*way, *become, *command, check=check)

    def _compose(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        return _run([*self._engine.compose, *words], dict(os.environ) | self._variables, _CHECKOUT, check=check)

    def _mbats(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("MBATS_")}
        return _run([sys.executable, "-m", "mbats", *words], environment | self._variables, self.home, check=check)


def _run(
    command: list[str], environment: dict[str, str], folder: Path, *, check: bool = True
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, check=False)
    assert not check or not done.returncode, f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr}"
    return done


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
