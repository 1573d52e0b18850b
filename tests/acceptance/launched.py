"""What stacks have in common, whichever launcher brought them up, as those who use them see it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from fixtures.ports import free_ports
from mbats.stack.doors import variable
from mbats.stack.table import SERVICES, ports


class LaunchedStack(ABC):
    """The stack of one home.

    Parameters
    ----------
    variables
        What `mbats stack up` finds in its environment beside the home.
    """

    LAUNCHER: str

    def __init__(self, home: Path, variables: Mapping[str, str]) -> None:
        self.home = home
        self._variables = {**variables, "MBATS_HOME": str(home), "MBATS_STACK_LAUNCHER": self.LAUNCHER}

    @classmethod
    def apart(cls, home: Path, variables: Mapping[str, str]) -> Self:
        """Return a stack that stands beside any other of this machine: its ports are free ones."""
        names = [variable(name) for name in ports(SERVICES)]
        moved = dict(zip(names, map(str, free_ports(len(names))), strict=True))
        return cls(home, {**variables, **moved})

    def up(self, *services: str) -> None:
        """Bring everything up, or some services and what they need."""
        self._mbats("stack", "up", *services)

    def down(self, service: str = "") -> None:
        """Stop one service, or everything."""
        if service:
            self._end(service)
        else:
            self._mbats("stack", "down")

    def status(self) -> dict[str, dict[str, Any]]:
        """Return what `mbats stack status` says, by service."""
        told = self._mbats("stack", "status", "--json", check=False).stdout
        return {row["service"]: row for row in json.loads(told)}

    def address(self, service: str) -> str:
        """Return where a service is: ``http://localhost:8080``, or ``localhost:5432`` where it speaks no HTTP."""
        scheme, separator, rest = self._doors[service]["address"].rpartition("://")
        return scheme + separator + rest.partition("/")[0]

    def login(self, service: str) -> tuple[str, str]:
        """Return a service's user and password."""
        row = self._doors[service]
        return row["user"], self.secrets()[row["secret"]]

    @cached_property
    def _doors(self) -> dict[str, dict[str, Any]]:
        return self.status()

    @abstractmethod
    def forget(self) -> None:
        """Remove what lies outside the home."""

    @abstractmethod
    def kill(self, service: str) -> None:
        """End a service's process as no service can expect."""

    @abstractmethod
    def hand(self, file: Path) -> str:
        """Give a file to commands of the stack, and return where they find it."""

    @abstractmethod
    def secrets(self) -> dict[str, str]:
        """Return every secret by name."""

    @abstractmethod
    def _end(self, service: str) -> None: ...

    def _mbats(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("MBATS_")}
        return run([sys.executable, "-m", "mbats", *words], environment | self._variables, self.home, check=check)


def run(
    command: list[str], environment: dict[str, str], folder: Path, *, check: bool = True
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, which is expected to be a good one unless `check` is False."""
    done = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, check=False)
    assert not check or not done.returncode, f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr}"
    return done
