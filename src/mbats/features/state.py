from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class State:
    """Where a recursive feature stands after a bar: enough to go on with the same bits.

    Attributes
    ----------
    time
        Opening time of the last bar that is in it, nanoseconds UTC.
    values
        Plain floats by name; they survive JSON by ``float.hex``.
    """

    time: int
    values: Mapping[str, tuple[float, ...]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return what JSON takes and `from_json` reads, bit for bit."""
        values = {name: [value.hex() for value in numbers] for name, numbers in self.values.items()}
        return {"time": self.time, "values": values}

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> State:
        """Return the state that `as_json` wrote down."""
        values = {name: tuple(map(float.fromhex, numbers)) for name, numbers in facts["values"].items()}
        return cls(facts["time"], values)
