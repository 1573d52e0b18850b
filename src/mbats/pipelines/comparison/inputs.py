from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mbats.ledger.run import RunInfo

_TOLD = ("fills", "costs", "account", "strategies", "instruments", "timeframe", "start", "end", "snapshot")
_MADE_BY = ("simulator", "commit")


@dataclass(frozen=True, slots=True)
class Input:
    """Something that two runs were told differently, by a dotted name such as ``costs.spread.pips``."""

    name: str
    a: Any
    b: Any

    @property
    def about(self) -> str:
        """The first part of the name."""
        return self.name.partition(".")[0]

    def __str__(self) -> str:
        return f"{self.name}: {self.a} in A, {self.b} in B"


def told_differently(a: RunInfo, b: RunInfo) -> tuple[Input, ...]:
    """Return what the two runs were told differently, and what made them where that differs."""
    ours, theirs = ({name: getattr(info, name) for name in (*_TOLD, *_MADE_BY)} for info in (a, b))
    return tuple(_differing("", ours, theirs))


def _differing(name: str, a: Any, b: Any) -> list[Input]:
    parts = _parts(a), _parts(b)
    if parts[0] is None or parts[1] is None:
        return [] if a == b else [Input(name, a, b)]
    names = list(dict.fromkeys([*parts[0], *parts[1]]))
    return [
        found
        for part in names
        for found in _differing(f"{name}.{part}" if name else part, parts[0].get(part), parts[1].get(part))
    ]


def _parts(value: Any) -> Mapping[str, Any] | None:
    """Return what a value is made of, by name; strategies go by their own names."""
    if isinstance(value, Mapping):
        return value
    if isinstance(value, tuple | list) and value and all(isinstance(item, Mapping) for item in value):
        return {str(item.get("name", number)): item for number, item in enumerate(value)}
    return None
