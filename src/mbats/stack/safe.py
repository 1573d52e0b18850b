"""Where a stack's secrets are, and those that are to take their place.

``python -m mbats.stack.safe FILE known|drawn|draw|accept [NAME...]`` does what a safe does, and prints what it finds.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from mbats import private_file

if TYPE_CHECKING:
    from collections.abc import Sequence


class Safe(Protocol):
    """Keeps secrets, and beside them those that were drawn and are not in force yet."""

    def known(self) -> dict[str, str]:
        """Return the secrets in force by name; none where the stack was never up."""
        ...

    def drawn(self) -> dict[str, str]:
        """Return all secrets as they are to become; none where none were drawn."""
        ...

    def draw(self, names: Sequence[str]) -> dict[str, str]:
        """Draw some anew, and return all as they are to become."""
        ...

    def accept(self) -> dict[str, str]:
        """Put in force what was drawn, and return it."""
        ...


@dataclass(frozen=True, slots=True)
class FileSafe:
    """A safe that is a file of mode 600, and another one beside it."""

    file: Path

    def known(self) -> dict[str, str]:
        """Return the secrets in force by name."""
        return private_file.read(self.file)

    def drawn(self) -> dict[str, str]:
        """Return all secrets as they are to become."""
        return private_file.read(self._drawn)

    def draw(self, names: Sequence[str]) -> dict[str, str]:
        """Draw some anew, and return all as they are to become."""
        fresh = private_file.drawn(names)
        private_file.write(self._drawn, json.dumps(self.known() | fresh, indent=2, sort_keys=True))
        return self.drawn()

    def accept(self) -> dict[str, str]:
        """Put in force what was drawn, and return it."""
        self._drawn.replace(self.file)
        return self.known()

    @property
    def _drawn(self) -> Path:
        return self.file.with_suffix(".drawn.json")


def main(file: str, what: str, *names: str) -> None:
    """Do one thing with a safe, and print the secrets that it returns as JSON."""
    safe = FileSafe(Path(file))
    does = {"known": safe.known, "drawn": safe.drawn, "draw": lambda: safe.draw(names), "accept": safe.accept}
    sys.stdout.write(json.dumps(does[what]()))


if __name__ == "__main__":
    main(*sys.argv[1:])
