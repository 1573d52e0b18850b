from __future__ import annotations

import re
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING

from mbats.errors.strategy import StrategyExists, StrategyNameInvalid, StrategyNotWritten
from mbats.strategies.discovery import kebab

if TYPE_CHECKING:
    from pathlib import Path

KINDS = ("signal", "model", "target", "backtrader")


def write_template(name: str, kind: str, folder: Path) -> Path:
    """Write a small strategy that works into `folder`, which is made if it is missing, and return the file.

    Parameters
    ----------
    name
        In any of the usual forms: ``MyIdea``, ``my-idea`` or ``my_idea``.

    Raises
    ------
    StrategyNameInvalid, StrategyExists, StrategyNotWritten
    """
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", name):
        raise StrategyNameInvalid(name=name)
    words = kebab(name).split("-")
    path = folder / f"{'_'.join(words)}.py"
    text = files("mbats.strategies").joinpath("templates", f"{kind}.py.txt").read_text(encoding="utf-8")
    _write_new(path, Template(text).substitute(name=class_name(name), title=" ".join(words).capitalize()))
    return path


def class_name(name: str) -> str:
    """Return the class's name for any form of a strategy's name: ``my-idea`` becomes ``MyIdea``."""
    return "".join(word[:1].upper() + word[1:] for word in re.split(r"[-_]", name))


def _write_new(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        if isinstance(error, FileExistsError) and path.exists():
            raise StrategyExists(file=path) from None
        raise StrategyNotWritten(file=path, why=error.strerror) from None
