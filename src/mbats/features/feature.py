from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mbats.features.state import State
    from mbats.features.view import View
    from mbats.market.columns import FloatColumn
    from mbats.market.timeframe import Timeframe


@dataclass(frozen=True, slots=True)
class Feature:
    """A named, documented, pure function of the past, with its parameters.

    Attributes
    ----------
    name
        Of the function; ``column`` adds the parameters.
    compute
        Returns one float64 value a bar of `view.bars`, NaN where there is none; row t from what was known at
        ``view.bars.known_at[t]``. A recursive one also takes the state to go on from, and returns the next.
    parameters
        In the order of the function's signature.
    lookback
        Number of bars, its own included, that a value is made of at most: the same bits from any earlier start. None:
        recursive, made of all bars since its anchor.
    unit
        ``ratio``, ``price``, ``pips``, ``bps``, ``share``, ``hours``, ...
    description
        One sentence.
    code
        SHA-256 of the source it is made by.
    """

    name: str
    compute: Callable[[View], FloatColumn]
    lookback: int | None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    unit: str = ""
    description: str = ""
    code: str = ""
    advance: Callable[[View, State | None], tuple[FloatColumn, State]] | None = None
    reads: tuple[str, ...] = ()
    """Symbols of other instruments, and ``series:NAME``, that it needs."""
    reach: int = 0
    """Nanoseconds of trading that a value reaches back beyond its lookback: to higher bars and other instruments."""

    def bars_needed(self, timeframe: Timeframe) -> int | None:
        """Return how many bars of `timeframe` a value is made of at most, its own included; None: recursive."""
        return None if self.lookback is None else self.lookback - -self.reach // timeframe.nanoseconds

    @property
    def column(self) -> str:
        """Name of its column: the function's, with the parameters' values."""
        return "_".join([self.name, *(str(value) for value in self.parameters.values())])
