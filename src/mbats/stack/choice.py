from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from mbats.errors.stack import ChoiceBroken
from mbats.private_file import write

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

WORKERS = 2
"""How many workers a profile has where nobody says otherwise."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen for the stack of one home, remembered from one `up` to the next.

    Attributes
    ----------
    launcher
        Who brought it up: ``native`` or ``compose``; empty: nobody did yet.
    ports
        Those that were moved, by service (``objects.filer`` for an inner one).
    passed
        What services were passed from the environment of whoever started them.
    """

    profiles: tuple[str, ...] = ()
    workers: int = WORKERS
    ports: Mapping[str, int] = field(default_factory=dict)
    passed: Mapping[str, str] = field(default_factory=dict)
    launcher: str = ""

    @classmethod
    def load(cls, folder: Path) -> Choice:
        """Return what `folder` remembers; where nothing was ever chosen, the plain stack.

        Raises
        ------
        ChoiceBroken
        """
        file = folder / "choice.json"
        try:
            known = json.loads(file.read_text(encoding="utf-8"))
            return cls(**{"launcher": "native"} | known | {"profiles": tuple(known["profiles"])})
        except FileNotFoundError:
            return cls()
        except (ValueError, TypeError, KeyError) as cause:
            raise ChoiceBroken(file=file, cause=cause) from cause

    def save(self, folder: Path) -> None:
        """Remember it in `folder`."""
        write(folder / "choice.json", json.dumps(asdict(self), indent=2))
