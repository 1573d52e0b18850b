"""A stack whose services are processes of this machine, as those who use it see it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from acceptance.launched import LaunchedStack, run
from mbats.adapters.postgres.place import load


class NativeStack(LaunchedStack):
    """The stack of one home."""

    LAUNCHER = "native"

    def forget(self) -> None:
        """Remove what lies outside the home: a cluster that its account could not have reached there."""
        place = load(self._folder / "postgres")
        if place and not place.data.is_relative_to(self.home.resolve()):
            shutil.rmtree(place.data.parent)

    def kill(self, service: str) -> None:
        """End a service's process as no service can expect."""
        os.kill(int(self._supervisor("pid", service)), signal.SIGKILL)

    def hand(self, file: Path) -> str:
        """Return where it lies: there is but one machine."""
        return str(file)

    def variables(self, service: str = "trader") -> dict[str, str]:
        """Return the environment of a service."""
        return dict(self._unit(service)["variables"])

    def run(self, *words: str, service: str = "trader", check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a command as a service of the stack would; ``mbats`` is the stack's own."""
        [program, *_], rest = self._unit("trader")["command"], words[1:]
        known = {"mbats": program, "python": str(Path(program).with_name("python"))}
        environment = {"PATH": os.environ["PATH"], "HOME": str(self._folder / service)} | self.variables(service)
        return run([known[words[0]], *rest], environment, self.home, check=check)

    def _unit(self, service: str) -> dict[str, Any]:
        told: dict[str, Any] = json.loads((self._folder / "units" / f"{service}.json").read_text(encoding="utf-8"))
        return told

    def secrets(self) -> dict[str, str]:
        """Return every secret by name."""
        told: dict[str, str] = json.loads((self._folder / "secrets.json").read_text(encoding="utf-8"))
        return told

    def _end(self, service: str) -> None:
        self._supervisor("stop", service)

    @property
    def _folder(self) -> Path:
        return self.home / "stack"

    def _supervisor(self, *words: str) -> str:
        program = Path(sys.executable).with_name("supervisorctl")
        configuration = str(self._folder / "supervisor.conf")
        return run([str(program), "-c", configuration, *words], dict(os.environ), self.home).stdout.strip()
