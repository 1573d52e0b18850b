from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from mbats.market.bars import Bars, Quotes

if TYPE_CHECKING:
    from numpy.typing import NDArray

Record = TypeVar("Record", Bars, Quotes)


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
        others = {symbol: _guarded(bars) for symbol, bars in self.others.items()}
        series = {
            name: {column: _read_only(values) for column, values in table.items()}
            for name, table in self.series.items()
        }
        return View(_guarded(self.bars), others, series)

    def rows(self, start: int, stop: int) -> View:
        """Return the view of the instrument's bars ``start <= row < stop``, everything else as it is."""
        return replace(self, bars=self.bars.rows(start, stop))


def _guarded(record: Record) -> Record:
    guarded: dict[str, Any] = {}
    for one in fields(record):
        value = getattr(record, one.name)
        if isinstance(value, np.ndarray):
            guarded[one.name] = _read_only(value)
        elif isinstance(value, Quotes):
            guarded[one.name] = _guarded(value)
    return replace(record, **guarded)


def _read_only(column: NDArray[Any]) -> NDArray[Any]:
    view = column.view()
    view.flags.writeable = False
    return view
