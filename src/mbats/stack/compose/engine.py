from __future__ import annotations

import json
import os
import subprocess
from collections import deque
from dataclasses import dataclass, field
from shutil import which
from typing import IO, TYPE_CHECKING, Any, Self, cast

from mbats.errors.engine import ComposeFailed, ComposeMissing, EngineAsleep, EngineFull, EngineMissing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

_PATIENCE = 20
_TAIL = 25
_FULL = "no space left on device"


@dataclass(frozen=True, slots=True)
class Engine:
    """Docker Compose over the file of one folder.

    Attributes
    ----------
    compose
        The words that call Compose: it is a plugin, or a program of its own.
    variables
        What Compose fills into its file, beside this process's own environment.
    """

    compose: tuple[str, ...]
    folder: Path
    variables: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def found(cls, folder: Path, variables: Mapping[str, str]) -> Self:
        """Return the engine of this machine.

        Raises
        ------
        EngineMissing, EngineAsleep, ComposeMissing
        """
        if which("docker") is None:
            raise EngineMissing
        asked = _asked("docker", "version", "--format", "{{.Server.Version}}")
        if asked.returncode:
            raise EngineAsleep(detail=asked.stderr.strip().rpartition("\n")[2].rstrip("."))
        if _asked("docker", "compose", "version").returncode == 0:
            return cls(("docker", "compose"), folder, variables)
        if which("docker-compose") is None:
            raise ComposeMissing
        return cls(("docker-compose",), folder, variables)

    def run(self, *words: str, told: Callable[[str], None]) -> None:
        """Let Compose do something that takes a while; `told` hears each line.

        Raises
        ------
        ComposeFailed, EngineFull
        """
        last = deque[str](maxlen=_TAIL)
        with subprocess.Popen(  # noqa: S603 - words of ours, no shell
            [*self.compose, *words],
            cwd=self.folder,
            env=self._environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        ) as process:
            for line in cast("IO[str]", process.stdout):
                last.append(line)
                told(line.rstrip())
        if process.returncode:
            output = "".join(last).strip()
            raise (
                EngineFull(output=output) if _FULL in output else ComposeFailed(code=process.returncode, output=output)
            )

    def call(self, *words: str) -> int:
        """Let Compose run something that speaks for itself, and return its exit code."""
        command = [*self.compose, *words]
        done = subprocess.run(command, cwd=self.folder, env=self._environment(), check=False)  # noqa: S603 - a list, no shell
        return done.returncode

    def answer(self, *words: str) -> str:
        """Return what Compose prints; raises ComposeFailed."""
        done = subprocess.run(  # noqa: S603 - words of ours, no shell
            [*self.compose, *words],
            cwd=self.folder,
            env=self._environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise ComposeFailed(code=done.returncode, output=done.stderr.strip())
        return done.stdout

    def containers(self, *options: str) -> dict[str, dict[str, Any]]:
        """Return the state of each service's container as the engine keeps it; `options` are Compose's own."""
        ids = self.answer(*options, "ps", "--all", "--quiet").split()
        shown = json.loads(_asked("docker", "inspect", *ids).stdout or "[]") if ids else []
        labels = [(one["Config"]["Labels"], one["State"]) for one in shown]
        return {
            label["com.docker.compose.service"]: state
            for label, state in labels
            if label.get("com.docker.compose.oneoff") != "True"
        }

    def _environment(self) -> dict[str, str]:
        return os.environ | {"DOCKER_BUILDKIT": "1", "COMPOSE_DOCKER_CLI_BUILD": "1"} | dict(self.variables)


def _asked(*words: str) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(  # noqa: S603 - words of ours, no shell
            words, capture_output=True, text=True, check=False, timeout=_PATIENCE
        )
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(words, 1, "", f"no answer within {_PATIENCE} s")
