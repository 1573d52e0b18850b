"""When a market trades and when a bar is known: the one answer for FX and exchanges."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mbats.market import fx_week
from mbats.market.fx_week import rollovers
from mbats.market.instrument import AssetClass
from mbats.market.local_time import DAY
from mbats.market.sessions import session_rows, sessions
from mbats.market.timeframe import Alignment, Timeframe

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mbats.market.columns import FlagColumn, TimeColumn

__all__ = ["day_end", "expected_opens", "is_open", "known_at", "next_open", "possible", "rollovers", "trading_days"]

_WEEK = 7 * DAY
_MONDAY = 4 * DAY  # 1970-01-05


def known_at(
    time: TimeColumn,
    timeframe: Timeframe,
    alignment: Alignment = Alignment.NEW_YORK_17,
    asset_class: AssetClass = AssetClass.FX,
    exchange: str = "OTC",
) -> TimeColumn:
    """Return when bars that open at `time` may first be used.

    Intraday: opening time plus length, but never past the end of the trading day (17:00 New York, UTC midnight, or the
    session's close). Daily: that end itself, so a day with a change of clocks has 23 or 25 hours and a half session
    ends early. Weekly: Friday 17:00 New York, Monday 00:00 UTC, or the week's last close.

    Parameters
    ----------
    time
        Opening times, int64 nanoseconds UTC, any order, shape (n,).

    Returns
    -------
    TimeColumn
        Shape (n,), int64 nanoseconds UTC.
    """
    time = np.asarray(time, dtype=np.int64)
    if not len(time):
        return time.copy()
    ends = _period_ends(time, timeframe, alignment, asset_class, exchange)
    return np.minimum(time + timeframe.nanoseconds, ends) if timeframe.intraday else ends


def expected_opens(
    start: int,
    end: int,
    timeframe: Timeframe,
    alignment: Alignment = Alignment.NEW_YORK_17,
    asset_class: AssetClass = AssetClass.FX,
    *,
    exchange: str = "OTC",
) -> TimeColumn:
    """Return the opening times in ``[start, end)`` of all bars that a liquid market would have.

    A bar is expected when the market trades at any moment between its opening and its `known_at`: the minutes of the
    daily pause and the hours of a holiday are not, the stub of a Sunday in UTC days is. Tolerance: a venue makes no
    candle when no tick came, so a missing short bar is a hole and no fault; a bar that is not expected but `possible`
    is no fault either.
    """
    if asset_class == AssetClass.EQUITY:
        grid = _session_grid(start, end, timeframe, alignment, exchange)
        hours = sessions(exchange, start, end).hours
    else:
        grid = _week_grid(start, end, timeframe, alignment)
        hours = fx_week.hours(start, end + _WEEK)
    ends = known_at(grid, timeframe, alignment, asset_class, exchange)
    return grid[hours.meet(grid, ends) & (grid >= start) & (grid < end)]


def trading_days(start: int, end: int) -> NDArray[np.datetime64]:
    """Return the dates of the FX trading days, Monday to Friday, that end in ``(start, end]``."""
    return fx_week.dates(rollovers(start, end))


def day_end(time: int) -> int:
    """Return the first 17:00 New York after `time`."""
    return int(fx_week.next_day_ends(np.array([time]))[0])


def is_open(time: TimeColumn) -> FlagColumn:
    """Tell for each moment whether the FX market is expected to trade; see `mbats.market.fx_week`."""
    time = np.asarray(time, dtype=np.int64)
    return fx_week.hours(int(time.min()), int(time.max()) + 1).meet(time, time + 1) if len(time) else time.astype(bool)


def next_open(time: int) -> int:
    """Return `time` itself if the FX market trades then, else the next moment at which it opens."""
    hours = fx_week.hours(time, time + _WEEK)
    return max(time, int(hours.opens[np.searchsorted(hours.closes, time, side="right")]))


def possible(time: TimeColumn, timeframe: Timeframe, alignment: Alignment = Alignment.NEW_YORK_17) -> FlagColumn:
    """Tell for each opening time whether an FX bar can exist there.

    It can when any moment of it lies between Sunday 17:00 and Friday 17:00 New York, daily pause and holidays included.
    """
    time = np.asarray(time, dtype=np.int64)
    if not len(time):
        return time.astype(bool)
    ends = known_at(time, timeframe, alignment)
    return fx_week.trading_days(int(time.min()), int(ends.max())).meet(time, ends)


def _period_ends(
    time: TimeColumn, timeframe: Timeframe, alignment: Alignment, asset_class: AssetClass, exchange: str
) -> TimeColumn:
    weekly = timeframe.name == "W"
    if asset_class == AssetClass.EQUITY:
        dated_utc = alignment == Alignment.UTC_MIDNIGHT and not timeframe.intraday
        return _closes(time, weekly, dated_utc, exchange)
    if alignment == Alignment.UTC_MIDNIGHT:
        return time - (time - _MONDAY) % _WEEK + _WEEK if weekly else time - time % DAY + DAY
    return fx_week.next_week_ends(time) if weekly else fx_week.next_day_ends(time)


def _closes(time: TimeColumn, weekly: bool, dated_utc: bool, exchange: str) -> TimeColumn:
    table = sessions(exchange, int(time.min()), int(time.max()))
    rows = session_rows(table, time, dated_utc)
    if weekly:
        week = (table.day - _MONDAY // DAY) // 7
        rows = np.searchsorted(week, week[rows], side="right") - 1
    return table.closes[rows]


def _week_grid(start: int, end: int, timeframe: Timeframe, alignment: Alignment) -> TimeColumn:
    if alignment == Alignment.UTC_MIDNIGHT:
        step = timeframe.nanoseconds
        return np.arange(start - (start - _MONDAY) % max(step, DAY), end, step, dtype=np.int64)
    ends = fx_week.all_day_ends(start - 8 * DAY, end + 8 * DAY)
    if timeframe.intraday:
        return _steps(ends[:-1], ends[1:], timeframe.nanoseconds)
    return ends if timeframe.name == "D" else np.unique(fx_week.next_week_ends(ends))


def _session_grid(start: int, end: int, timeframe: Timeframe, alignment: Alignment, exchange: str) -> TimeColumn:
    table = sessions(exchange, start, end)
    if timeframe.intraday:
        return _steps(table.opens, table.closes, timeframe.nanoseconds)
    begins = table.day * DAY if alignment == Alignment.UTC_MIDNIGHT else table.midnight
    return begins if timeframe.name == "D" else begins[_firsts((table.day - _MONDAY // DAY) // 7)]


def _steps(begins: TimeColumn, ends: TimeColumn, step: int) -> TimeColumn:
    longest = int((ends - begins).max(initial=0))
    grid = begins[:, None] + np.arange(0, longest, step, dtype=np.int64)
    return grid[grid < ends[:, None]]


def _firsts(groups: TimeColumn) -> FlagColumn:
    flags: FlagColumn = np.append(True, groups[1:] != groups[:-1])
    return flags
