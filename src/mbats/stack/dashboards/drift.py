"""What somebody has changed in Superset."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_THEIRS = "chartId"
"""Superset numbers charts itself."""


def drift(ours: Mapping[str, Mapping[str, Any]], theirs: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return where Superset's assets differ from ours, a line each; what others have added is theirs alone.

    Parameters
    ----------
    ours, theirs
        Assets by file; they are paired by their UUIDs.
    """
    known = {content["uuid"]: content for content in theirs.values() if "uuid" in content}
    lines = list[str]()
    for path, content in ours.items():
        found = known.get(content["uuid"])
        lines += [f"{path}: missing"] if found is None else [f"{path}: {place}" for place in _places(content, found)]
    return lines


def _places(ours: Any, theirs: Any, place: str = "") -> Iterator[str]:
    """Yield the places where `theirs` does not say what `ours` says; more than that it may say."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for name in ours.keys() - {_THEIRS}:
            yield from _places(ours[name], theirs.get(name), f"{place}.{name}" if place else name)
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for number, (one, other) in enumerate(zip(_sorted(ours), _sorted(theirs), strict=True)):
            yield from _places(one, other, f"{place}[{number}]")
    elif ours != theirs and (ours or theirs):
        yield place


def _sorted(values: list[Any]) -> list[Any]:
    """Return columns in the order of their names, because Superset exports them in none; others as they are."""
    named = all(isinstance(value, dict) and "column_name" in value for value in values)
    return sorted(values, key=lambda value: str(value["column_name"])) if named else values
