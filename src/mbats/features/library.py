"""All features that can be named: those of the catalogue, installed ones and the user's own."""

from __future__ import annotations

import difflib
from importlib import import_module
from importlib.metadata import entry_points
from typing import TYPE_CHECKING

from mbats.errors.feature import FeatureFileBroken, FeatureInstallBroken, FeatureNameTaken, UnknownFeature
from mbats.features.definition import Definition
from mbats.features.sets import SETS
from mbats.source import load_own_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import ModuleType

GROUP = "mbats.features"
PACKAGE = "mbats_features"
ROOMS = (
    "returns",
    "volatility",
    "momentum",
    "direction",
    "averages",
    "ranges",
    "calendar",
    "spread",
    "volume",
    "cross",
    "higher",
    "series",
    "expressions",
    "talib",
)
"""Modules of the catalogue, in the order in which it is shown."""


def catalogue() -> dict[str, list[Definition]]:
    """Return the project's own definitions by room of the catalogue."""
    modules = {room: import_module(f"mbats.features.catalogue.{room}") for room in ROOMS}
    return {
        room: [it for it in vars(module).values() if isinstance(it, Definition)] for room, module in modules.items()
    }


def find(name: str, folder: Path) -> Definition:
    """Return the definition of that name.

    Raises
    ------
    UnknownFeature, FeatureFileBroken, FeatureInstallBroken, FeatureNameTaken
    """
    definitions = library(folder)
    if name in definitions:
        return definitions[name]
    close = difflib.get_close_matches(name, [*definitions, *SETS], n=1)
    near = f"Did you mean {close[0]}? " if close else ""
    known, sets = ", ".join(sorted(definitions)), ", ".join(sorted(SETS))
    raise UnknownFeature(name=name, near=near, known=known, sets=sets, folder=folder)


def library(folder: Path) -> dict[str, Definition]:
    """Return all definitions by name; `folder` of the user's own need not exist."""
    found: dict[str, tuple[Definition, str]] = {}
    for definition, origin in _everything(folder):
        known, first = found.setdefault(definition.name, (definition, origin))
        if known is not definition:
            raise FeatureNameTaken(name=definition.name, first=first, second=origin)
    return {name: definition for name, (definition, _) in found.items()}


def _everything(folder: Path) -> Iterator[tuple[Definition, str]]:
    for room, definitions in catalogue().items():
        yield from ((definition, f"the catalogue ({room})") for definition in definitions)
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        try:
            definition = entry.load()
        except (ImportError, AttributeError) as cause:
            raise FeatureInstallBroken(name=entry.name, target=entry.value, cause=cause) from cause
        if not isinstance(definition, Definition):
            found = f"it is a {type(definition).__name__} and no feature"
            raise FeatureInstallBroken(name=entry.name, target=entry.value, cause=found)
        yield definition, entry.value
    for path in sorted(folder.glob("*.py")):
        if not path.name.startswith(("_", ".")):
            yield from ((definition, path.name) for definition in _own(path))


def _own(path: Path) -> list[Definition]:
    module = load_own_file(path, PACKAGE, FeatureFileBroken)
    return _definitions(module)


def _definitions(module: ModuleType) -> list[Definition]:
    found = [it for it in vars(module).values() if isinstance(it, Definition)]
    return [it for it in found if it.function.__module__ == module.__name__]
