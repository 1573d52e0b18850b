"""Sessions of stock exchanges, half sessions included, from `exchange_calendars`."""

from __future__ import annotations

import warnings
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mbats.errors.market import UnknownExchange
from mbats.market.fx_week import Hours
from mbats.market.local_time import DAY, every_day_at, moment

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mbats.market.columns import TimeColumn

_MARGIN = 15 * DAY


class Sessions(NamedTuple):
    """Sessions of one exchange, ascending: date in days since 1970; midnight, open and close in nanoseconds UTC."""

    day: TimeColumn
    midnight: TimeColumn
    opens: TimeColumn
    closes: TimeColumn

    @property
    def hours(self) -> Hours:
        """The intervals in which the exchange trades."""
        return Hours(self.opens, self.closes)

    def rows(self, first: int, last: int) -> Sessions:
        """Return the sessions ``first <= row < last``."""
        return Sessions(*(column[first:last] for column in self))


def sessions(exchange: str, start: int, end: int) -> Sessions:
    """Return all sessions that meet ``[start, end)`` and those within two weeks on either side.

    Raises
    ------
    UnknownExchange
        When there is no calendar of that ISO 10383 code.
    """
    every = _sessions_of_years(exchange, moment(start - _MARGIN).year, moment(end + _MARGIN).year)
    first, last = np.searchsorted(every.closes, [start - _MARGIN, end + _MARGIN])
    return every.rows(int(first), int(last))


def session_rows(table: Sessions, time: TimeColumn, dated_utc: bool) -> NDArray[np.intp]:
    """Return the session that a bar belongs to; a bar outside all sessions belongs to the next one.

    Bars open inside their session or at their exchange's midnight; with `dated_utc`, daily bars open at the UTC
    midnight of the session's date.
    """
    if dated_utc:
        return np.searchsorted(table.day, time // DAY)
    return np.searchsorted(table.closes, time, side="right")


@lru_cache(maxsize=32)
def _sessions_of_years(exchange: str, first: int, last: int) -> Sessions:
    import exchange_calendars

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what pandas thinks of the library's own code
            calendar = exchange_calendars.get_calendar(exchange, start=f"{first}-01-01", end=f"{last}-12-31")
    except exchange_calendars.errors.InvalidCalendarName:
        raise UnknownExchange(exchange=exchange) from None
    day = calendar.sessions.to_numpy().astype("datetime64[D]").astype(np.int64)
    opens, closes = (column.dt.as_unit("ns").astype("int64").to_numpy() for column in (calendar.opens, calendar.closes))
    midnights = every_day_at(str(calendar.tz), 0, 0, int(opens[0]) - 3 * DAY, int(opens[-1]))
    return Sessions(day, midnights[np.searchsorted(midnights, opens, side="right") - 1], opens, closes)
