"""The safe of a stack in containers: a volume that one container alone sees, without a network."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mbats.stack.compose.places import OWN, STATE, TOOLS
from mbats.stack.compose.rendering import SECRETS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbats.stack.compose.engine import Engine

_FILE = f"{STATE}/{SECRETS}/secrets.json"
_INSIDE = ("run", "--rm", "--no-deps", "-T", SECRETS)
READ = (*_INSIDE, "cat", _FILE)
"""What shows a person the secrets."""


@dataclass(frozen=True, slots=True)
class ContainedSafe:
    """Asks `mbats.stack.safe` inside for everything; secrets come out by a pipe, and none goes in."""

    engine: Engine

    def known(self) -> dict[str, str]:
        """Return the secrets in force by name."""
        return self._asked("known")

    def drawn(self) -> dict[str, str]:
        """Return all secrets as they are to become."""
        return self._asked("drawn")

    def draw(self, names: Sequence[str]) -> dict[str, str]:
        """Draw some anew, and return all as they are to become."""
        return self._asked("draw", *names)

    def accept(self) -> dict[str, str]:
        """Put in force what was drawn, and return it."""
        return self._asked("accept")

    def _asked(self, *words: str) -> dict[str, str]:
        python = f"{TOOLS}/{OWN}/bin/python"
        told: dict[str, str] = json.loads(self.engine.answer(*_INSIDE, python, "-m", "mbats.stack.safe", _FILE, *words))
        return told
