"""How long a window is: years and months of the calendar, days, or bars."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from mbats.errors.walk_forward import BadLength
from mbats.market.calendar import day_end
from mbats.market.local_time import NEW_YORK, moment, nanoseconds

if TYPE_CHECKING:
    from mbats.market.columns import TimeColumn

_MONTHS = {"y": 12, "m": 1}
_NAMES = {"y": "year", "m": "month", "d": "day", "b": "bar"}
_DAY_END = time(17)
_LONGEST = {"y": 200, "m": 2_400, "d": 73_000}
FAR = 2**62
"""A moment past every bar; below zero, before every one."""


@dataclass(frozen=True, slots=True)
class Length:
    """So many years (``y``), months (``m``), days (``d``) or bars (``b``)."""

    count: int
    unit: str

    def __str__(self) -> str:
        return f"{self.count}{self.unit}"

    @property
    def words(self) -> str:
        """The length as a person says it."""
        return f"{self.count:,} {_NAMES[self.unit]}{'' if self.count == 1 else 's'}"

    def times(self, factor: int) -> Length:
        """Return a length `factor` times as long; below zero it points back."""
        return Length(self.count * factor, self.unit)


def length(text: str) -> Length:
    """Return the length that `text` says: ``2y``, ``6m``, ``90d``, ``5000b``.

    Raises
    ------
    BadLength
    """
    found = re.fullmatch(r"\s*(\d{1,9})\s*([ymdb])\s*", text)
    if not found or not int(found[1]):
        raise BadLength(text=text)
    return Length(int(found[1]), found[2])


def after(start: int, span: Length, known: TimeColumn) -> int:
    """Return the end of a trading day, 17:00 New York, that lies `span` from the day end `start`.

    Months keep the day of the month where the month has it, else its last day. Bars are counted in `known`, the
    moments at which bars become known, up to the end of the day in which the last one counted falls. What lies past all
    bars is `FAR`.

    Parameters
    ----------
    start
        Nanoseconds UTC.
    """
    if span.unit == "b":
        return _bars_after(start, span.count, known)
    if abs(span.count) > _LONGEST[span.unit]:
        return FAR if span.count > 0 else -FAR
    day = moment(start).astimezone(ZoneInfo(NEW_YORK)).date()
    return _end_of(_moved(day, span))


def day_end_before(time: int) -> int:
    """Return the last 17:00 New York at or before `time`."""
    day = moment(time).astimezone(ZoneInfo(NEW_YORK)).date()
    end = _end_of(day)
    return end if end <= time else _end_of(day - timedelta(days=1))


def _moved(day: date, span: Length) -> date:
    if span.unit == "d":
        return day + timedelta(days=span.count)
    months = day.year * 12 + day.month - 1 + span.count * _MONTHS[span.unit]
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _end_of(day: date) -> int:
    return nanoseconds(datetime.combine(day, _DAY_END, ZoneInfo(NEW_YORK)).astimezone(UTC))


def _bars_after(start: int, count: int, known: TimeColumn) -> int:
    row = int(np.searchsorted(known, start, side="right")) - 1 + count
    if not 0 <= row < len(known):
        return FAR if row > 0 else -FAR
    return day_end(int(known[row]) - 1)
