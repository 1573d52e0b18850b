"""A locked Python environment for each kind of service, made by uv."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from shutil import which

from mbats.errors.disk import DiskFull
from mbats.errors.stack import EnvironmentFailed, UvMissing

OWN = "mbats"
"""MBATS's own environment: the one that this very process runs in."""
_PYTHON = "3.11"
_FULL = "No space left on device"


@dataclass(frozen=True, slots=True)
class Environments:
    """The environments below one folder; each is made once for each content of its lock."""

    folder: Path

    def programs(self, name: str) -> Path:
        """Return the folder of an environment's programs."""
        return Path(sys.executable).parent if name == OWN else self.folder / name / "bin"

    def packages(self, name: str) -> Path:
        """Return where an environment's packages lie."""
        return next((self.folder / name / "lib").glob("python*/site-packages"))

    def ready(self, name: str) -> bool:
        """Tell whether an environment is there, made from the lock as it is now."""
        mark = self._mark(name)
        return name == OWN or (mark.exists() and mark.read_text(encoding="ascii") == _digest(name))

    def make(self, name: str) -> None:
        """Make an environment, with the Python that its lock was made for.

        Raises
        ------
        UvMissing, EnvironmentFailed, DiskFull
        """
        if self.ready(name):
            return
        place = self.folder / name
        self._uv(name, "venv", "--quiet", "--clear", "--python", _PYTHON, str(place))
        lock = str(_lock(name))
        self._uv(name, "pip", "install", "--quiet", "--compile-bytecode", "--python", str(place), "--requirement", lock)
        self._mark(name).write_text(_digest(name), encoding="ascii")

    def _mark(self, name: str) -> Path:
        return self.folder / name / "lock.sha256"

    def _uv(self, name: str, *arguments: str) -> None:
        beside = Path(sys.executable).with_name("uv")
        uv = str(beside) if beside.exists() else which("uv")
        if uv is None:
            raise UvMissing
        done = subprocess.run([uv, *arguments], capture_output=True, text=True, check=False)  # noqa: S603 - no shell
        if _FULL in done.stderr:
            raise DiskFull(path=self.folder / name)
        if done.returncode:
            raise EnvironmentFailed(name=name, output=done.stderr.strip()[-2_000:])


def _lock(name: str) -> Path:
    return Path(str(files("mbats.stack") / "locks" / f"{name}.txt"))


def _digest(name: str) -> str:
    return hashlib.sha256(_lock(name).read_bytes()).hexdigest()
