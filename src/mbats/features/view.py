from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mbats.market.bars import Bars


@dataclass(frozen=True, slots=True)
class View:
    """What features of one instrument may read: its bars, and what else is known, each with its own `known_at`.

    Attributes
    ----------
    bars
        Of the instrument itself; a feature has one value for each.
    others
        Bars of other instruments by symbol, of the same timeframe; joined by what was known at each bar's `known_at`.
    series
        Columns of point-in-time series by name (`time`, `known_at` in nanoseconds UTC, and their own).
    """

    bars: Bars
    others: Mapping[str, Bars] = field(default_factory=dict)
    series: Mapping[str, Mapping[str, NDArray[Any]]] = field(default_factory=dict)
