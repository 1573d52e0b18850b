"""What was known when: other instruments, higher bars and series beside an instrument's own bars."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mbats.errors.feature import FeatureTimeframe, SeriesColumnMissing
from mbats.market.calendar import known_at
from mbats.market.fx_week import all_day_ends
from mbats.market.instrument import AssetClass
from mbats.market.local_time import DAY, HOUR
from mbats.market.sessions import sessions
from mbats.market.timeframe import Alignment, Timeframe

if TYPE_CHECKING:
    from mbats.features.view import View
    from mbats.market.bars import Bars
    from mbats.market.columns import FloatColumn, IntColumn, TimeColumn

STALE = DAY
"""A price of another instrument whose bar opened longer ago counts as none."""


class Higher(NamedTuple):
    """An instrument's own bars gathered to longer ones, and the moment from which each is known; each of shape (m,)."""

    known_at: TimeColumn
    open: FloatColumn
    high: FloatColumn
    low: FloatColumn
    close: FloatColumn


def other_close(view: View, symbol: str) -> FloatColumn:
    """Return the last close of another instrument that was known with each bar; NaN where it is `STALE`."""
    other, now = view.others[symbol], view.bars.known_at
    rows = np.searchsorted(other.known_at, now, side="right") - 1
    opened = np.append(other.time, np.iinfo(np.int64).min)[rows]
    return np.where(opened >= now - STALE, _at(other.close, rows), np.nan)


def gathered(bars: Bars, timeframe: Timeframe) -> Higher:
    """Gather bars to those of a longer timeframe, by the market's calendar.

    The first is left out: it may lack bars that the history does not reach. The last may be incomplete; it is not known
    before its end, which no bar at hand has seen.

    Raises
    ------
    FeatureTimeframe
        The bars are longer than that.
    """
    if timeframe.seconds < bars.timeframe.seconds:
        raise FeatureTimeframe(timeframe=timeframe, own=bars.timeframe, market=bars.instrument.symbol)
    if not len(bars):
        return Higher(np.empty(0, np.int64), *(np.empty(0),) * 4)
    ends = _ends(bars, timeframe)
    firsts = np.flatnonzero(np.append(True, ends[1:] != ends[:-1]))
    lasts = np.append(firsts[1:], len(bars)) - 1
    high, low = np.maximum.reduceat(bars.high, firsts), np.minimum.reduceat(bars.low, firsts)
    return Higher(ends[lasts][1:], bars.open[firsts][1:], high[1:], low[1:], bars.close[lasts][1:])


def beside(higher: Higher, column: FloatColumn, bars: Bars) -> FloatColumn:
    """Return, for each of `bars`, the value of the last higher bar that was known with it; shape (n,)."""
    return _at(column, np.searchsorted(higher.known_at, bars.known_at, side="right") - 1)


def latest(view: View, name: str, column: str) -> tuple[FloatColumn, FloatColumn, FloatColumn]:
    """Return what a series said when each bar was known; one with a column `symbol`, of the bars' own instrument.

    Its value of the latest period as last revised by then, that of the period before as revised by then, and hours
    since the latest period's first figure was known; each of shape (n,), NaN where there is none.

    Raises
    ------
    SeriesColumnMissing
    """
    table = view.series[name]
    if column not in table:
        columns = ", ".join(sorted(table.keys() - {"time", "known_at", "symbol"}))
        raise SeriesColumnMissing(series=name, column=column, known=columns or "none")
    own = table["symbol"] == view.bars.instrument.symbol if "symbol" in table else slice(None)
    time, known, figures = table["time"][own], table["known_at"][own], table[column][own].astype(np.float64)
    order = np.lexsort((time, known))
    known = known[order]
    current, before, first = _history(time[order], figures[order])
    rows = np.searchsorted(known, view.bars.known_at, side="right") - 1
    since = _at(known[first].astype(np.float64), rows)
    return _at(current, rows), _at(before, rows), (view.bars.known_at - since) / HOUR


def _history(time: TimeColumn, value: FloatColumn) -> tuple[FloatColumn, FloatColumn, IntColumn]:
    """Return after each row, in the order of knowing, the latest period's figure, that before, and its first row."""
    figures: dict[int, float] = {}
    newest = before = None
    current, previous, since, first = [], [], [], 0
    for row, (period, figure) in enumerate(zip(time.tolist(), value.tolist(), strict=True)):
        figures[period] = figure
        if newest is None or period > newest:
            newest, before, first = period, newest, row
        elif period < newest and (before is None or period > before):
            before = period
        current.append(figures[newest])
        previous.append(np.nan if before is None else figures[before])
        since.append(first)
    floats = [np.array(column, dtype=np.float64) for column in (current, previous)]
    return floats[0], floats[1], np.array(since, dtype=np.int64)


def _ends(bars: Bars, timeframe: Timeframe) -> TimeColumn:
    """Return the end of the longer bar in which each bar opens."""
    where = (bars.alignment, bars.instrument.asset_class, bars.instrument.exchange)
    if not timeframe.intraday:
        return known_at(bars.time, timeframe, *where)
    begins = _day_begins(bars)
    opens = begins + (bars.time - begins) // timeframe.nanoseconds * timeframe.nanoseconds
    return known_at(opens, timeframe, *where)


def _day_begins(bars: Bars) -> TimeColumn:
    first, last = int(bars.time[0]), int(bars.time[-1])
    if bars.instrument.asset_class == AssetClass.EQUITY:
        table = sessions(bars.instrument.exchange, first, last).opens
    elif bars.alignment == Alignment.UTC_MIDNIGHT:
        return bars.time - bars.time % DAY
    else:
        table = all_day_ends(first - 2 * DAY, last)
    begins: TimeColumn = table[np.searchsorted(table, bars.time, side="right") - 1]
    return begins


def _at(values: FloatColumn, rows: TimeColumn) -> FloatColumn:
    """Return the value in each of `rows`, NaN before the first."""
    return np.append(values, np.nan)[rows]
