from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

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
