"""Whether what was decided comes out the same once more: compared by bits, never by a tolerance."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_TOLD = ("units", "close", "stop", "target", "reason")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was made again.

    Attributes
    ----------
    what
        In words.
    same
        Whether all of it has the same bits.
    differs
        What does not, with what it was and what it is now.
    """

    what: str
    differs: tuple[Difference, ...] = ()
    note: str = ""

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return not self.differs


@dataclass(frozen=True, slots=True)
class Difference:
    """A value that is another one now; None: there was, or is, none."""

    name: str
    was: Any
    now: Any


@dataclass(frozen=True, slots=True)
class Replay:
    """What was made again, and whether all of it came out the same.

    Attributes
    ----------
    inputs
        What the model read of the decision's bar, computed once more; empty without a model.
    """

    checks: tuple[Check, ...]
    inputs: Mapping[str, float] = field(default_factory=dict)

    @property
    def same(self) -> bool:
        """Whether nothing differs anywhere."""
        return all(check.same for check in self.checks)


def differences(was: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Return the values of two mappings that differ in a bit; any NaN is the same as any other."""
    names = [*was, *(name for name in now if name not in was)]
    return tuple(
        Difference(name, was.get(name), now.get(name)) for name in names if not same(was.get(name), now.get(name))
    )


def same(was: Any, now: Any) -> bool:
    """Tell whether two values have the same bits."""
    if isinstance(was, float) and isinstance(now, float):
        return (math.isnan(was) and math.isnan(now)) or struct.pack("<d", was) == struct.pack("<d", now)
    return type(was) is type(now) and bool(was == now)


def told(decision: Any) -> dict[str, Any]:
    """Return what a `Decided` says, by name."""
    return {name: getattr(decision, name) for name in _TOLD} | dict(decision.values)


def rows_told(events: Sequence[Any]) -> dict[str, Any]:
    """Return what events say, by number and field, without their place in the journal."""
    return {f"{number}. {name}": value for number, one in enumerate(events, 1) for name, value in _fields(one)}


def _fields(event: Any) -> Iterator[tuple[str, Any]]:
    return ((one.name, getattr(event, one.name)) for one in fields(event) if one.name != "row")
