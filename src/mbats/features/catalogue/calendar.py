from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mbats.features.definition import feature
from mbats.market.fx_week import all_day_ends, next_day_ends, next_week_ends
from mbats.market.local_time import DAY, HOUR, every_day_at, weekday

if TYPE_CHECKING:
    from mbats.features.view import View
    from mbats.market.columns import FloatColumn

_SESSIONS = {
    "sydney": ("Australia/Sydney", 7, 16),
    "tokyo": ("Asia/Tokyo", 9, 18),
    "london": ("Europe/London", 8, 17),
    "new_york": ("America/New_York", 8, 17),
}
"""Time zone and usual hours of the four centres."""


@feature(lookback=1, unit="hours")
def new_york_hour(view: View) -> FloatColumn:
    """Hour of the New York day at which the bar is known, 0 to 24 with its fraction."""
    return _hour(view)


@feature(lookback=1, unit="ratio")
def hour_sin(view: View) -> FloatColumn:
    """Sine of the New York hour as an angle of the day."""
    return np.sin(_hour(view) * (2.0 * np.pi / 24.0))


@feature(lookback=1, unit="ratio")
def hour_cos(view: View) -> FloatColumn:
    """Cosine of the New York hour as an angle of the day."""
    return np.cos(_hour(view) * (2.0 * np.pi / 24.0))


@feature(lookback=1, unit="days")
def trading_weekday(view: View) -> FloatColumn:
    """Day of the week on which the bar's trading day ends: Monday 0 to Friday 4."""
    return _weekday(view)


@feature(lookback=1, unit="ratio")
def weekday_sin(view: View) -> FloatColumn:
    """Sine of the trading weekday as an angle of the five days."""
    return np.sin(_weekday(view) * (2.0 * np.pi / 5.0))


@feature(lookback=1, unit="ratio")
def weekday_cos(view: View) -> FloatColumn:
    """Cosine of the trading weekday as an angle of the five days."""
    return np.cos(_weekday(view) * (2.0 * np.pi / 5.0))


@feature(lookback=1, unit="ratio")
def month_sin(view: View) -> FloatColumn:
    """Sine of the place in the year as an angle, by the UTC date at which the bar is known."""
    return np.sin(_year_share(view) * (2.0 * np.pi))


@feature(lookback=1, unit="ratio")
def month_cos(view: View) -> FloatColumn:
    """Cosine of the place in the year as an angle, by the UTC date at which the bar is known."""
    return np.cos(_year_share(view) * (2.0 * np.pi))


@feature(lookback=1, unit="hours")
def hours_to_day_end(view: View) -> FloatColumn:
    """Hours from when the bar is known to the next 17:00 New York, 0 at that moment."""
    return (next_day_ends(view.bars.known_at - 1) - view.bars.known_at) / HOUR


@feature(lookback=1, unit="hours")
def hours_to_week_end(view: View) -> FloatColumn:
    """Hours from when the bar is known to Friday 17:00 New York, 0 at that moment."""
    return (next_week_ends(view.bars.known_at - 1) - view.bars.known_at) / HOUR


@feature(lookback=2, unit="hours")
def hours_closed(view: View) -> FloatColumn:
    """Hours from when the bar before was known to this bar's opening: 0 but after a pause or a hole."""
    column = np.full(len(view.bars), np.nan)
    column[1:] = (view.bars.time[1:] - view.bars.known_at[:-1]) / HOUR
    return column


@feature(lookback=1, unit="flag", centre=tuple(_SESSIONS))
def session(view: View, centre: str = "london") -> FloatColumn:
    """1 where the bar is known within the usual hours of that centre's day, else 0; weekends are not looked at."""
    known = view.bars.known_at
    if not len(known):
        return np.empty(0)
    zone, begin, end = _SESSIONS[centre]
    day = 25 * HOUR
    opens = every_day_at(zone, begin, 0, int(known.min()) - day, int(known.max()) + day)
    closes = every_day_at(zone, end, 0, int(known.min()) - day, int(known.max()) + day)
    opened, closed = np.searchsorted(opens, known, side="right"), np.searchsorted(closes, known, side="right")
    latest_open, latest_close = opens[opened - 1], closes[closed - 1]
    return (latest_open > latest_close).astype(np.float64)


def _hour(view: View) -> FloatColumn:
    """Return New York wall-clock hours at `known_at`, by how long it is to 17:00: right whenever FX trades."""
    known = view.bars.known_at
    if not len(known):
        return np.empty(0)
    ends = all_day_ends(int(known[0]), int(known[-1]) + 2 * DAY)
    days = np.searchsorted(known, ends)
    days[1:] -= days[:-1].copy()
    return (17.0 - (np.repeat(ends, days) - known) / HOUR) % 24.0


def _weekday(view: View) -> FloatColumn:
    return weekday(next_day_ends(view.bars.time)).astype(np.float64)


def _year_share(view: View) -> FloatColumn:
    days = view.bars.known_at.astype("datetime64[ns]").astype("datetime64[D]")
    begins, ends = days.astype("datetime64[Y]"), days.astype("datetime64[Y]") + np.timedelta64(1, "Y")
    share: FloatColumn = (days - begins.astype(days.dtype)) / (ends.astype(days.dtype) - begins.astype(days.dtype))
    return share
