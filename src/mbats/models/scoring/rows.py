from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbats.features.feature_set import FeatureSet
    from mbats.features.state import State
    from mbats.features.view import View
    from mbats.market.bars import Bars
    from mbats.market.columns import FloatColumn
    from mbats.market.timeframe import Timeframe


@dataclass(frozen=True)
class FeatureRows:
    """The rows that a model reads, of a whole history or of what has come since.

    Attributes
    ----------
    anchors, states
        Of the training, by symbol: opening time of the bar with which recursive features began, and where they stood
        after the last bar. Where bars hold neither, they begin with the first bar there is.
    """

    features: FeatureSet
    timeframe: Timeframe
    anchors: Mapping[str, int]
    states: Mapping[str, Mapping[str, State]]

    @cached_property
    def needed(self) -> int:
        """Bars that a row of the finite features is made of at most, its own included."""
        counts = [feature.bars_needed(self.timeframe) for feature in self.features.features]
        return max((count for count in counts if count is not None), default=1)

    @cached_property
    def goes_on(self) -> bool:
        """Whether what has come since can be computed alone: not if recursive features read what may come late."""
        return not (self.features.reads and self.features.continuing)

    @property
    def stood(self) -> int | None:
        """Opening time of the first bar at which recursive features stood after the training; None without any."""
        return min((state.time for states in self.states.values() for state in states.values()), default=None)

    def whole(self, view: View) -> tuple[FloatColumn, dict[str, State]]:
        """Return one row a bar, and where recursive features stand after the last.

        Rows that lack bars before them, or whose recursive features have not begun, are NaN throughout.
        """
        values, states = self.features.advance(view)
        if self.features.continuing and (place := self._place(view.bars)) is not None:
            row, given = place
            anchored, states = self.features.advance(view.rows(row, len(view.bars)), given)
            skipped = 0 if given is None else 1
            values[row + skipped :, self._continuing] = anchored[skipped:, self._continuing]
        values[: self.needed - 1] = np.nan
        return self._begun(values), states

    def since(self, view: View, row: int, states: Mapping[str, State]) -> tuple[FloatColumn, dict[str, State]]:
        """Return the rows from `row` on, and the states after them; `states` are those after the bar before."""
        first = max(0, row - self.needed)
        values, after = self.features.advance(view.rows(first, len(view.bars)), states or None)
        values = values[row - first :]
        values[: max(0, self.needed - 1 - row)] = np.nan
        return self._begun(values), after

    def _begun(self, values: FloatColumn) -> FloatColumn:
        if self._continuing:
            values[np.isnan(values[:, self._continuing]).any(axis=1)] = np.nan
        return values

    @cached_property
    def _continuing(self) -> list[int]:
        return [self.features.columns.index(column) for column in self.features.continuing]

    def _place(self, bars: Bars) -> tuple[int, Mapping[str, State] | None] | None:
        """Return from which row recursive features go on, and from which states, to be those of the training."""
        symbol = bars.instrument.symbol
        anchor = _row(bars, self.anchors.get(symbol))
        if anchor is not None:
            return anchor, None
        states = self.states.get(symbol, {})
        times = {state.time for state in states.values()}
        stood = _row(bars, times.pop()) if len(times) == 1 else None
        return None if stood is None else (stood, states)


def _row(bars: Bars, time: int | None) -> int | None:
    if time is None:
        return None
    row = int(np.searchsorted(bars.time, time))
    return row if row < len(bars) and bars.time[row] == time else None
