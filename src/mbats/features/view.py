from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mbats.market.columns import read_only
from mbats.market.counterfactual import with_columns

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
        Columns of point-in-time series by name (`time`, `known_at` in nanoseconds UTC, and their own); where there is a
        column `symbol`, each instrument sees its own rows.
    """

    bars: Bars
    others: Mapping[str, Bars] = field(default_factory=dict)
    series: Mapping[str, Mapping[str, NDArray[Any]]] = field(default_factory=dict)

    def guarded(self) -> View:
        """Return the same view with arrays that nobody can change; the indicators share columns made of those."""
        others = {symbol: with_columns(bars, read_only) for symbol, bars in self.others.items()}
        series = {
            name: {column: read_only(values) for column, values in table.items()} for name, table in self.series.items()
        }
        return View(with_columns(self.bars, read_only), others, series)

    def rows(self, start: int, stop: int) -> View:
        """Return the view of the instrument's bars ``start <= row < stop``, everything else as it is."""
        return View(self.bars.rows(start, stop), self.others, self.series)
