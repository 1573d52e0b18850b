"""Where candles begin: days at an hour of a zone, parts of days counted from there, weeks, months."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from mbats.errors.rest import InvalidValue
from mbats.exchange.candles.granularity import Granularity
from mbats.market.local_time import DAY, NEW_YORK, every_day_at, moment

if TYPE_CHECKING:
    from mbats.market.columns import TimeColumn

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_LONGEST = 33 * DAY


@dataclass(frozen=True, slots=True)
class Alignment:
    """Where days and weeks begin.

    Up to an hour, candles begin at whole multiples of their length in UTC. Longer ones follow the day, which begins at
    `hour` in `zone` and so has 23 or 25 hours when clocks change; its last candle may then be shorter. A week begins
    with the day that begins on `weekday`, a month with the day that begins at or last before midnight of the first.

    Raises
    ------
    InvalidValue
        No such hour, zone or weekday.
    """

    hour: int = 17
    zone: str = NEW_YORK
    weekday: str = "Friday"

    def __post_init__(self) -> None:
        if not 0 <= self.hour <= 23:
            raise InvalidValue(name="dailyAlignment")
        if self.weekday not in _WEEKDAYS:
            raise InvalidValue(name="weeklyAlignment")
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise InvalidValue(name="alignmentTimezone") from None

    def starts(self, granularity: Granularity, time: TimeColumn) -> TimeColumn:
        """Return when the candle begins that covers each moment, nanoseconds UTC, any order, shape (n,)."""
        step = granularity.nanoseconds
        if step <= Granularity.H1.nanoseconds or not len(time):
            return time - time % step
        edges = self._edges(granularity, int(time.min()), int(time.max()))
        begins = edges[np.searchsorted(edges, time, side="right") - 1]
        return begins + (time - begins) // step * step if step < DAY else begins

    def end(self, granularity: Granularity, start: int) -> int:
        """Return when a candle that begins at `start` is over."""
        step = granularity.nanoseconds
        if step <= Granularity.H1.nanoseconds:
            return start + step
        edges = self._edges(granularity, start, start + 2 * _LONGEST)
        following = int(edges[np.searchsorted(edges, start, side="right")])
        return min(start + step, following) if step < DAY else following

    def cuts(self, granularity: Granularity, start: int, end: int) -> TimeColumn:
        """Return every moment inside ``(start, end)`` at which a candle begins."""
        step = granularity.nanoseconds
        if step <= Granularity.H1.nanoseconds:
            return np.arange(start - start % step + step, end, step, dtype=np.int64)
        edges = self._edges(granularity, start, end)
        if step < DAY:
            whole = edges[:, None] + np.arange(0, 25 * Granularity.H1.nanoseconds, step)
            following = np.append(edges[1:], np.iinfo(np.int64).max)
            edges = whole[whole < following[:, None]]
        cuts: TimeColumn = edges[(edges > start) & (edges < end)]
        return cuts

    def _edges(self, granularity: Granularity, start: int, end: int) -> TimeColumn:
        days = every_day_at(self.zone, self.hour, 0, start - _LONGEST, end + 2 * _LONGEST)
        if granularity is Granularity.W:
            days = days[_weekdays(self.zone, days) == _WEEKDAYS.index(self.weekday)]
        if granularity is Granularity.M:
            days = days[_begin_months(self.zone, self.hour, days)]
        return days


def _weekdays(zone: str, days: TimeColumn) -> TimeColumn:
    return np.array([_local(zone, int(day)).weekday() for day in days])


def _begin_months(zone: str, hour: int, days: TimeColumn) -> TimeColumn:
    """Return the rows of the days that hold midnight of the first of a month, or begin with it."""
    shift = timedelta(days=1 if hour else 0)
    return np.flatnonzero([(_local(zone, int(day)) + shift).day == 1 for day in days])


@lru_cache(maxsize=20_000)
def _local(zone: str, time: int) -> datetime:
    """Return the wall clock's reading in a zone, without the zone: a day later it shows the same hour."""
    return moment(time).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
