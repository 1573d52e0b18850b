"""The FX week in New York time.

A trading day runs from 17:00 to 17:00 New York and carries the date on which it ends; the week runs from Sunday 17:00
to Friday 17:00. Inside it a venue of OANDA US's kind is tradeable from 17:03 (Sunday 17:05) to 16:58; on 24 and 31
December until 14:00, not at all on the trading days of 25 December and 1 January, and from 19:00 on their evenings.

These are the hours in which ticks are *expected*. Recordings hold more: OANDA's of 2014 and 2018 have ticks in today's
daily pause, and those of 2007 to 2009 in the small hours of Christmas. So a bar is impossible only outside the week.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mbats.market.local_time import DAY, HOUR, MINUTE, NEW_YORK, every_day_at, weekday

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from mbats.market.columns import FlagColumn, TimeColumn

DAY_END_HOUR = 17
_SATURDAY = 5
_MARGIN = 10 * DAY
_ONE_DAY = np.timedelta64(1, "D")


class Hours(NamedTuple):
    """Half-open intervals ``[opens, closes)`` in which a market trades, ascending, nanoseconds UTC."""

    opens: TimeColumn
    closes: TimeColumn

    def meet(self, start: TimeColumn, end: TimeColumn) -> FlagColumn:
        """Tell for each ``[start, end)`` whether the market trades at any moment of it."""
        following = np.searchsorted(self.closes, start, side="right")
        opens = np.append(self.opens, np.iinfo(np.int64).max)
        flags: FlagColumn = opens[following] < end
        return flags


def all_day_ends(start: int, end: int) -> TimeColumn:
    """Return every 17:00 New York in ``(start, end]``, weekends included."""
    return every_day_at(NEW_YORK, DAY_END_HOUR, 0, start, end)


def rollovers(start: int, end: int) -> TimeColumn:
    """Return every 17:00 New York from Monday to Friday in ``(start, end]``: the ends of trading days."""
    ends = all_day_ends(start, end)
    weekdays: TimeColumn = ends[weekday(ends) < _SATURDAY]
    return weekdays


def dates(ends: TimeColumn) -> NDArray[np.datetime64]:
    """Return the New York dates of day ends (17:00 New York is 21:00 or 22:00 UTC of the same date)."""
    return ends.astype("datetime64[ns]").astype("datetime64[D]")


def next_day_ends(time: TimeColumn) -> TimeColumn:
    """Return the first 17:00 New York after each moment, weekends included."""
    return _following(time, all_day_ends)


def next_week_ends(time: TimeColumn) -> TimeColumn:
    """Return the first Friday 17:00 New York after each moment."""
    return _following(time, lambda start, end: _fridays(all_day_ends(start, end)))


def trading_days(start: int, end: int) -> Hours:
    """Return the trading days, Monday to Friday, that meet ``[start, end)``, from 17:00 to 17:00 New York."""
    ends = rollovers(start, end + _MARGIN)
    every = all_day_ends(start - _MARGIN, end + _MARGIN)
    begins = every[np.searchsorted(every, ends) - 1]
    return Hours(begins[begins < end], ends[begins < end])


def hours(start: int, end: int) -> Hours:
    """Return the intervals in which the market is expected to trade, all that meet ``[start, end)``."""
    begins, ends = trading_days(start, end)
    day = dates(ends)
    opens = begins + np.where(weekday(ends) == 0, 5, 3) * MINUTE
    opens = np.where(_is_feast(day - _ONE_DAY), begins + 2 * HOUR, opens)
    closes = ends - np.where(_is_feast(day + _ONE_DAY), 3 * HOUR, 2 * MINUTE)
    trading = ~_is_feast(day) & (closes > start) & (opens < end)
    return Hours(opens[trading], closes[trading])


def _fridays(ends: TimeColumn) -> TimeColumn:
    fridays: TimeColumn = ends[weekday(ends) == _SATURDAY - 1]
    return fridays


def _following(time: TimeColumn, moments: Callable[[int, int], TimeColumn]) -> TimeColumn:
    if not len(time):
        return time
    table = moments(int(time.min()) - 1, int(time.max()) + _MARGIN)
    following: TimeColumn = table[np.searchsorted(table, time, side="right")]
    return following


def _is_feast(day: NDArray[np.datetime64]) -> FlagColumn:
    in_year = day - day.astype("datetime64[Y]").astype("datetime64[D]")
    following_year = (day + 7 * _ONE_DAY).astype("datetime64[Y]").astype("datetime64[D]")
    flags: FlagColumn = (in_year == 0 * _ONE_DAY) | (following_year - day == 7 * _ONE_DAY)
    return flags
