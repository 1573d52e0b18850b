from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from mbats.market.bars import Bars
    from mbats.market.columns import FloatColumn, TimeColumn


@dataclass(frozen=True, slots=True)
class Panel:
    """Bars of several instruments on one common time axis: row t holds what each said at ``time[t]``.

    Attributes
    ----------
    symbols
        Column order, length m.
    time
        Union of all opening times, shape (n,).
    known_at
        When the whole row is known: the latest of its bars, shape (n,).
    open, high, low, close
        Mid prices, shape (n, m); NaN where an instrument has no bar.
    """

    symbols: tuple[str, ...]
    time: TimeColumn
    known_at: TimeColumn
    open: FloatColumn
    high: FloatColumn
    low: FloatColumn
    close: FloatColumn

    def __len__(self) -> int:
        return len(self.time)


def align(market: Mapping[str, Bars]) -> Panel:
    """Put the bars of several instruments on one time axis; holes stay holes (NaN)."""
    time = np.unique(np.concatenate([bars.time for bars in market.values()]))
    known_at = np.zeros(len(time), dtype=np.int64)
    rows = {symbol: np.searchsorted(time, bars.time) for symbol, bars in market.items()}
    for symbol, bars in market.items():
        np.maximum.at(known_at, rows[symbol], bars.known_at)

    def table(field: str) -> NDArray[np.float64]:
        values = np.full((len(time), len(market)), np.nan)
        for column, (symbol, bars) in enumerate(market.items()):
            values[rows[symbol], column] = getattr(bars.mid, field)
        return values

    return Panel(tuple(market), time, known_at, table("open"), table("high"), table("low"), table("close"))
