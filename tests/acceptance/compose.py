"""A stack whose services are containers, as those who use it see it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Self
from uuid import uuid4

from acceptance.launched import LaunchedStack, run
from mbats.stack.compose.engine import Engine
from mbats.stack.compose.places import OWN, STATE, TOOLS, UNIT
from mbats.stack.compose.rendering import SECRETS
from mbats.stack.table import SERVICES

_CHECKOUT = Path(__file__).parents[2]
_ENDS = {service.name: service.once for service in SERVICES}
_KILLED = 128 + signal.SIGKILL
_WRITE = "import sys; open(sys.argv[1], 'w').write(sys.argv[2])"
_KILL = """
import os, signal
for child in open("/proc/1/task/1/children").read().split():
    os.kill(int(child), signal.SIGKILL)
"""


class ComposeStack(LaunchedStack):
    """The stack of one Compose project; its engine is the machine's, and its home a volume."""

    LAUNCHER = "compose"

    @classmethod
    def apart(cls, home: Path, variables: Mapping[str, str]) -> Self:
        """Return a project of its own beside any other of this machine."""
        return super().apart(home, {**variables, "COMPOSE_PROJECT_NAME": f"mbats-{uuid4().hex[:8]}"})

    def forget(self) -> None:
        """Remove what lies outside the home: the volumes."""
        self._compose("down", "--volumes")

    def kill(self, service: str) -> None:
        """End a service's process as no service can expect; its container ends with it, and whoever killed it there."""
        done = self._compose("exec", "-T", service, "python", "-c", _KILL, check=False)
        assert done.returncode in (0, _KILLED), done.stderr

    def hand(self, file: Path) -> str:
        """Put a copy where the trader's container may write."""
        there = f"/tmp/{file.name}"
        self._compose("exec", "-T", "trader", "python", "-c", _WRITE, there, file.read_text(encoding="utf-8"))
        return there

    def variables(self, service: str = "trader") -> dict[str, str]:
        """Return the environment of a service."""
        told = self._compose("exec", "-T", service, "cat", f"{UNIT}/{service}.json").stdout
        return dict(json.loads(told)["variables"])

    def run(self, *words: str, service: str = "trader", check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a command as a service of the stack would; ``mbats`` is the stack's own."""
        command = [f"{TOOLS}/{OWN}/bin/{words[0]}", *words[1:]]
        way = ["run", "--rm", "--no-deps"] if _ENDS[service] else ["exec"]
        become = ["-T", service, f"{TOOLS}/{OWN}/bin/python", f"{TOOLS}/enter.py", f"{UNIT}/{service}.json"]
        return self._compose(*way, *become, *command, check=check)

    def _compose(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        return run([*self._engine.compose, *words], dict(os.environ) | self._variables, _CHECKOUT, check=check)

    def containers(self) -> list[str]:
        """Return the names by which the engine knows the services' containers."""
        return self._compose("ps", "--all", "--quiet").stdout.split()

    def secrets(self) -> dict[str, str]:
        """Return every secret by name."""
        return self._shown

    @cached_property
    def _shown(self) -> dict[str, str]:
        """All secrets: each look takes a container of its own, which takes seconds."""
        shown = ["run", "--rm", "--no-deps", "-T", SECRETS, "cat", f"{STATE}/{SECRETS}/secrets.json"]
        told: dict[str, str] = json.loads(self._compose(*shown).stdout)
        return told

    def _end(self, service: str) -> None:
        self._compose("stop", service)

    @cached_property
    def _engine(self) -> Engine:
        return Engine.found(_CHECKOUT, self._variables)
