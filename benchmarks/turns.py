"""Engines measured by turns, each in a process of its own, so that a busy moment of the machine meets them all."""

from __future__ import annotations

import json
import statistics
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parents[1]
OURS, PEERS = ROOT / ".venv/bin/python", ROOT / ".venv-peers/bin/python"


@dataclass(frozen=True, slots=True)
class Taken:
    """What a job took: CPU seconds (median) of its process, and the trades that it made."""

    cpu: float
    trades: int


class Player:
    """A process of `benchmarks.jobs` that runs its job when it is its turn."""

    def __init__(self, python: Path, module: str, folder: Path, *arguments: str) -> None:
        command = [str(python), "-m", f"benchmarks.jobs.{module}", str(folder), *arguments]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        self._process = subprocess.Popen(command, cwd=ROOT, text=True, **pipes)
        self._taken: list[float] = []
        self._trades = 0
        self._line()

    def turn(self) -> None:
        """Let it run its job for its turn."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        told = json.loads(self._line())
        self._taken.append(told["cpu"])
        self._trades = told["trades"]

    def done(self) -> Taken:
        """End the process and return what its turns took."""
        self._process.communicate()
        return Taken(statistics.median(self._taken), self._trades)

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self._process.args} ended with code {self._process.wait()}")
        return line


def by_turns(players: Sequence[tuple[Player, int]], repeats: int) -> list[Taken]:
    """Let every player have its turn, `repeats` times over; one with a lower number of turns stops after those."""
    for number in range(repeats):
        for player, turns in players:
            if number < turns:
                player.turn()
    return [player.done() for player, _ in players]
