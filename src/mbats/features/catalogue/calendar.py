from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mbats.features.definition import feature
from mbats.market.fx_week import next_day_ends, next_week_ends
from mbats.market.local_time import HOUR, weekday

if TYPE_CHECKING:
    from mbats.features.view import View
    from mbats.market.columns import FloatColumn


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
    return weekday(next_day_ends(view.bars.time)).astype(np.float64)


@feature(lookback=1, unit="hours")
def hours_to_week_end(view: View) -> FloatColumn:
    """Hours from when the bar is known to Friday 17:00 New York."""
    return (next_week_ends(view.bars.known_at - 1) - view.bars.known_at) / HOUR


def _hour(view: View) -> FloatColumn:
    """Return New York wall-clock hours at `known_at`, by how long it is to 17:00."""
    known = view.bars.known_at
    return (17.0 - (next_day_ends(known) - known) / HOUR) % 24.0
