from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from mbats.errors.data import UnknownZone
from mbats.market.local_time import DAY, HOUR, MINUTE

if TYPE_CHECKING:
    from datetime import tzinfo

    from mbats.market.columns import FlagColumn, TimeColumn

_FIXED = re.compile(r"(?:UTC|GMT)?([+-])(\d{1,2})(?::?(\d\d))?")
_AHEAD = re.compile(r"(.+/.+)\+(\d{1,2})")


@dataclass(frozen=True, slots=True)
class Zone:
    """A clock on a wall: a zone's own time, or so many nanoseconds ahead of it.

    Brokers of the MetaTrader world run their servers seven hours ahead of New York, changes of clocks included, so that
    their day ends at 17:00 New York: ``America/New_York+7``.
    """

    name: str
    rules: tzinfo
    ahead: int = 0

    def to_utc(self, local: TimeColumn) -> tuple[TimeColumn, FlagColumn, FlagColumn]:
        """Convert wall-clock nanoseconds to UTC.

        Returns
        -------
        tuple
            Times in UTC, and which rows show a time that was skipped, or that was there twice, each of shape (n,).
        """
        wall = local - self.ahead
        days, row_days = np.unique(wall // DAY, return_inverse=True)
        # Where the offset is the same at noon of the day before and of the day after, no clock was changed in between.
        before, after = (np.array([self._offset(day + step, 12) for day in days.tolist()]) for step in (-1, 1))
        utc = wall - before[row_days]
        skipped, repeated = np.zeros(len(local), bool), np.zeros(len(local), bool)
        for row in np.flatnonzero((before != after)[row_days]).tolist():
            early, late = self._offsets(int(wall[row]))
            utc[row] = wall[row] - early
            skipped[row], repeated[row] = late > early, late < early
        return utc, skipped, repeated

    def _offset(self, day: int, hour: int) -> int:
        return self._offsets(day * DAY + hour * HOUR)[0]

    def _offsets(self, wall: int) -> tuple[int, int]:
        moment = datetime(1970, 1, 1) + timedelta(microseconds=wall // 1_000)  # noqa: DTZ001 - a wall clock has no zone yet
        offsets = (moment.replace(tzinfo=self.rules, fold=fold).utcoffset() for fold in (0, 1))
        first, second = (int((offset or timedelta()) / timedelta(microseconds=1)) * 1_000 for offset in offsets)
        return first, second


@cache
def zone(name: str) -> Zone:
    """Return the zone of a name: IANA, ``UTC-5``, or ``America/New_York+7``.

    Raises
    ------
    UnknownZone
        Nobody knows such a zone.
    """
    if name.upper() in {"UTC", "GMT", "Z"}:
        return Zone("UTC", UTC)
    if fixed := _FIXED.fullmatch(name):
        sign, hours, minutes = fixed.groups()
        offset = timedelta(hours=int(hours), minutes=int(minutes or 0)) * (-1 if sign == "-" else 1)
        return Zone(name, timezone(offset))
    base, ahead = match.groups() if (match := _AHEAD.fullmatch(name)) else (name, "0")
    try:
        return Zone(name, ZoneInfo(base), int(ahead) * 60 * MINUTE)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UnknownZone(zone=name) from None
