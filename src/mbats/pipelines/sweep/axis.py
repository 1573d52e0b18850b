from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

_FINENESS = 1_000_000
"""Steps into which random search divides an interval of real numbers."""
_DIGITS = 9


class Axis(Protocol):
    """The values of one parameter, by number: none is made before it is asked for."""

    @property
    def name(self) -> str:
        """The parameter."""
        ...

    @property
    def count(self) -> int:
        """How many values there are."""
        ...

    def value(self, number: int) -> Any:
        """Return one value, `number` from 0."""
        ...

    def described(self) -> Mapping[str, Any]:
        """Return the axis as plain values, ready for JSON."""
        ...


@dataclass(frozen=True, slots=True)
class Choices:
    """Values one by one."""

    name: str
    values: tuple[Any, ...]

    @property
    def count(self) -> int:
        """How many values there are."""
        return len(self.values)

    def value(self, number: int) -> Any:
        """Return one value."""
        return self.values[number]

    def described(self) -> Mapping[str, Any]:
        """Return the axis as plain values."""
        return {"name": self.name, "values": [_plain(value) for value in self.values]}


@dataclass(frozen=True, slots=True)
class Steps:
    """Equal steps, decimal and therefore exact: the third of 0.1, 0.2, 0.3 is 0.3."""

    name: str
    first: Decimal
    step: Decimal
    count: int
    integer: bool

    def value(self, number: int) -> int | float:
        """Return one value."""
        exact = self.first + number * self.step
        return int(exact) if self.integer else float(exact)

    def described(self) -> Mapping[str, Any]:
        """Return the axis as plain values."""
        return {"name": self.name, "low": self.value(0), "high": self.value(self.count - 1), "step": str(self.step)}


@dataclass(frozen=True, slots=True)
class Interval:
    """All numbers between two, both included, evenly or (`log`) evenly by ratio; for searches that draw."""

    name: str
    low: float
    high: float
    log: bool
    integer: bool

    @property
    def count(self) -> int:
        """How many values there are to draw from."""
        return int(self.high) - int(self.low) + 1 if self.integer else _FINENESS + 1

    def value(self, number: int) -> int | float:
        """Return one value; nine digits of it, but the ends as they were stated."""
        share = number / (self.count - 1) if self.count > 1 else 0.0
        if share in (0.0, 1.0):
            exact = (self.low, self.high)[int(share)]
        elif self.log:
            exact = math.exp(math.log(self.low) + share * (math.log(self.high) - math.log(self.low)))
        else:
            exact = self.low + share * (self.high - self.low)
        return round(exact) if self.integer else float(f"{exact:.{_DIGITS}g}")

    def described(self) -> Mapping[str, Any]:
        """Return the axis as plain values."""
        return {"name": self.name, "low": self.low, "high": self.high, "log": self.log}


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)
