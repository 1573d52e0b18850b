from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mbats.market.calendar import rollovers
from mbats.market.local_time import weekday

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mbats.market.bars import Bars
    from mbats.market.columns import TimeColumn

_SATURDAY = 5


def union(columns: Iterable[TimeColumn]) -> TimeColumn:
    """Return every moment of some ascending columns, ascending, each once."""
    moments = np.sort(np.concatenate(list(columns)), kind="stable")  # a merge, where np.unique would hash
    return moments[np.append(True, moments[1:] > moments[:-1])] if len(moments) else moments


def bar_ends(market: Iterable[Bars]) -> TimeColumn:
    """Return every moment at which a bar of any instrument became known."""
    return union(bars.known_at for bars in market)


def day_ends(market: Iterable[Bars]) -> TimeColumn:
    """Return the moments that end the trading days of some bars, ascending, nanoseconds UTC.

    With intraday bars: 17:00 New York, Monday to Friday, of each day in which a bar became known. With daily and weekly
    bars: the ends of the bars themselves, but a Sunday's stub counts with Monday. The last bar's end closes the last
    day, whole or not.
    """
    tables = list(market)
    known = bar_ends(tables)
    if not any(bars.timeframe.intraday for bars in tables):
        return np.unique(np.append(known[weekday(known - 1) < _SATURDAY], known[-1:]))
    ends = rollovers(int(known[0]) - 1, int(known[-1]))
    before = np.searchsorted(known, ends, side="right")
    traded = ends[np.diff(before, prepend=0) > 0]
    return np.unique(np.append(traded, known[-1]))
