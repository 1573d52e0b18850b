from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from time import gmtime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

if TYPE_CHECKING:
    from mbats.market.columns import TimeColumn

NEW_YORK = "America/New_York"
FRANKFURT = "Europe/Berlin"
DAY = 86_400_000_000_000
HOUR = DAY // 24
MINUTE = HOUR // 60


def every_day_at(zone: str, hour: int, minute: int, start: int, end: int) -> TimeColumn:
    """Return the moments in ``(start, end]`` at which clocks in `zone` show ``hour:minute``, Sundays included.

    Parameters
    ----------
    start, end
        Nanoseconds UTC.
    """
    moments = _years_of_moments(zone, hour, minute, _year(start - DAY), _year(end + DAY))
    first, last = np.searchsorted(moments, [start, end], side="right")
    chosen: TimeColumn = moments[first:last]
    return chosen


def weekday(moments: TimeColumn) -> TimeColumn:
    """Return Monday 0 .. Sunday 6 of each moment's UTC date (1970-01-01 was a Thursday)."""
    return (moments // DAY + 3) % 7


def nanoseconds(moment: datetime) -> int:
    """Return an aware moment as nanoseconds UTC, exact to the microsecond."""
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1) * 1_000


def moment(time: int) -> datetime:
    """Return nanoseconds UTC as an aware moment."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(time) // 1_000)


def _year(time: int) -> int:
    return gmtime(time // 1_000_000_000).tm_year


@lru_cache(maxsize=64)
def _years_of_moments(zone: str, hour: int, minute: int, first: int, last: int) -> TimeColumn:
    return np.concatenate([_year_of_moments(zone, hour, minute, year) for year in range(first, last + 1)])


@lru_cache(maxsize=1_024)
def _year_of_moments(zone: str, hour: int, minute: int, year: int) -> TimeColumn:
    # Days of one year only: zoneinfo answers for 365 rows, never for a million.
    local, at, first = ZoneInfo(zone), time(hour, minute), date(year, 1, 1)
    days = (first + timedelta(days=day) for day in range((date(year + 1, 1, 1) - first).days))
    moments = [nanoseconds(datetime.combine(day, at, local).astimezone(UTC)) for day in days]
    return np.array(moments, dtype=np.int64)
