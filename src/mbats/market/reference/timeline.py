"""The minutes of the reference market and how much variance each is due."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mbats.market import fx_week
from mbats.market.local_time import DAY, HOUR, MINUTE, weekday

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mbats.market.columns import FlagColumn, FloatColumn, IntColumn, TimeColumn
    from mbats.market.reference.fixings import Fixings

# Variance of each hour of the trading day, from 17:00 New York on: Tokyo, London, the overlap until 11:00, the evening.
_ACTIVITY = np.array(
    [
        (0.25, 0.4, 0.7, 0.9, 0.8, 0.6, 0.6, 0.7, 0.8, 1.2, 1.6, 1.4),
        (1.1, 1.0, 1.3, 2.0, 1.9, 2.0, 1.4, 0.9, 0.8, 0.9, 0.7, 0.4),
    ]
).ravel()
CLOSED = 0.05
"""Share of a weekday's variance that comes while the market is closed over a weekend or a holiday."""
QUIET = 0.35
"""Activity of a weekday without a fixing (TARGET holidays), as a share of an ordinary weekday's."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """Consecutive boundaries of the market's minutes over whole stretches from fixing to fixing.

    Attributes
    ----------
    boundaries
        Ascending moments, nanoseconds UTC, shape (m + 1,): the ends of m steps, most of them a minute long; a step
        over closed hours is one step.
    share
        Variance due to each step as a share of an ordinary weekday's, shape (m,).
    trading
        Whether the step is a minute in which the market trades, shape (m,).
    hour
        Hours since 17:00 New York at the beginning of each step, shape (m,).
    since_open
        Nanoseconds since the week's first minute (Monday's trading day only, else a day), shape (m,).
    fixing_rows
        Row of each fixing among the boundaries, shape (stretches + 1,).
    """

    boundaries: TimeColumn
    share: FloatColumn
    trading: FlagColumn
    hour: IntColumn
    since_open: TimeColumn
    fixing_rows: NDArray[np.intp]


def timeline(fixings: Fixings, moments: TimeColumn) -> Timeline:
    """Return the minutes between consecutive fixings at `moments`, which all lie in trading hours."""
    first, last = int(moments[0]), int(moments[-1])
    hours = fx_week.hours(first, last)
    opens, closes = np.maximum(hours.opens, first), np.minimum(hours.closes, last)
    boundaries = _minutes(opens, closes)
    begins, lengths = boundaries[:-1], np.diff(boundaries)
    days = fx_week.trading_days(first, last + 1)
    day = np.minimum(np.searchsorted(days.closes, begins, side="right"), len(days.closes) - 1)
    since_day = np.maximum(begins - days.opens[day], 0)
    hour = np.minimum(since_day // HOUR, 23)
    ordinary = np.isin(fx_week.dates(days.closes), fixings.dates)
    share = _ACTIVITY[hour] / _ACTIVITY.sum() * np.where(ordinary[day], 1.0, QUIET) * (lengths / HOUR)
    first_of_week = weekday(days.closes)[day] == 0
    return Timeline(
        boundaries,
        np.where(lengths < HOUR, share, CLOSED),
        lengths == MINUTE,
        hour,
        np.where(first_of_week, since_day, DAY),
        np.searchsorted(boundaries, moments),
    )


def _minutes(opens: TimeColumn, closes: TimeColumn) -> TimeColumn:
    stretches = [np.arange(begin, end + 1, MINUTE) for begin, end in zip(opens, closes, strict=True)]
    boundaries: TimeColumn = np.concatenate(stretches)
    return boundaries
