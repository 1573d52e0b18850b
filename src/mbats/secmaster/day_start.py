from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mbats.errors.data import AlignmentUnclear
from mbats.market.fx_week import all_day_ends
from mbats.market.local_time import DAY, HOUR
from mbats.market.timeframe import Alignment
from mbats.secmaster.moments import moment

if TYPE_CHECKING:
    from mbats.market.columns import FlagColumn, TimeColumn
    from mbats.market.timeframe import Timeframe
    from mbats.secmaster.bar_table import BarTable

_MONDAY = 4 * DAY  # 1970-01-05
_WEEK = 7 * DAY


def alignment_of(table: BarTable, *, equity: bool) -> Alignment:
    """Return where the day of these bars begins: as stated, else as all opening times agree.

    Bars of an hour or less begin at the same moments whatever their day, and count as New York's.

    Raises
    ------
    AlignmentUnclear
        The opening times fit no known day, or change from one to another.
    """
    if table.alignment is not None:
        return table.alignment
    if equity:
        return Alignment.UTC_MIDNIGHT if _daily_in_utc(table) else Alignment.EXCHANGE_SESSION
    if table.timeframe.nanoseconds <= HOUR:
        return Alignment.NEW_YORK_17
    fits = {
        Alignment.NEW_YORK_17: _fits_new_york(table.time, table.timeframe),
        Alignment.UTC_MIDNIGHT: _fits_utc(table.time, table.timeframe),
    }
    for alignment, fit in fits.items():
        if fit.all():
            return alignment
    best = max(fits.values(), key=lambda fit: int(fit.sum()))
    row = int(np.argmin(best))
    raise AlignmentUnclear(
        file=table.file, row=table.rows[row], timeframe=table.timeframe, time=moment(table.time[row])
    )


def _daily_in_utc(table: BarTable) -> bool:
    return not table.timeframe.intraday and not (table.time % DAY).any()


def _fits_new_york(time: TimeColumn, timeframe: Timeframe) -> FlagColumn:
    ends = all_day_ends(int(time.min()) - 2 * DAY, int(time.max()) + DAY)
    begun = ends[np.searchsorted(ends, time, side="right") - 1]
    fits: FlagColumn = (time - begun) % timeframe.nanoseconds == 0
    return fits


def _fits_utc(time: TimeColumn, timeframe: Timeframe) -> FlagColumn:
    fits: FlagColumn = (time - _MONDAY) % min(timeframe.nanoseconds, DAY) == 0
    return fits
