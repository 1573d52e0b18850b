"""Which pages a download has to fetch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mbats.market.calendar import expected_opens
from mbats.market.local_time import DAY

if TYPE_CHECKING:
    from mbats.market.columns import TimeColumn
    from mbats.market.timeframe import Timeframe

_MOST_MISSED = 1_000


@dataclass(frozen=True, slots=True)
class Window:
    """Bars that open in ``[start, end)``, nanoseconds UTC, fetched and stored together; None: up to now."""

    start: int
    end: int | None


def windows(
    held: TimeColumn, first: int, now: int, timeframe: Timeframe, *, page: int, refresh: int
) -> tuple[Window, ...]:
    """Return the windows in the order in which they are to be stored.

    Stored in this order the bars always form one stretch that grows at its ends, so a run that was killed leaves
    nothing behind that the next one would overlook: first whole holes inside, then what is older, newest first, then
    what is newer, oldest first.

    A hole is a trading day without a bar, or a thousand missing bars of a short kind; shorter ones are taken for real,
    because a venue makes no candle where no tick came.

    Parameters
    ----------
    held
        Opening times that the master has from the wanted start on, shape (n,).
    first
        When the vendor's first bar at or after the wanted start opens.
    page
        How many bar lengths a window spans at most.
    refresh
        How many of the newest bars are fetched again, for vendors revise them.
    """
    step = timeframe.nanoseconds
    if not len(held):
        return _open_ended(_split(first, now, step, page), now)
    inside = [window for start, end in _holes(held, timeframe) for window in _split(start, end, step, page)]
    older = _split(first, int(held[0]), step, page)[::-1]
    newer = _split(int(held[max(len(held) - 1 - refresh, 0)]), now, step, page)
    return (*inside, *older, *_open_ended(newer, now))


def _holes(held: TimeColumn, timeframe: Timeframe) -> list[tuple[int, int]]:
    """Return the ranges between held bars in which too many are missing to be a quiet hour."""
    begins, ends = held[:-1], held[1:]
    wide = np.flatnonzero(ends - begins > timeframe.nanoseconds)
    expected = expected_opens(int(held[0]), int(held[-1]) + 1, timeframe)
    missing = np.searchsorted(expected, ends[wide]) - np.searchsorted(expected, begins[wide], side="right")
    enough = min(max(DAY // timeframe.nanoseconds, 1), _MOST_MISSED)
    rows = wide[missing >= enough].tolist()
    return [(int(begins[row]) + 1, int(ends[row])) for row in rows]


def _split(start: int, end: int, step: int, page: int) -> list[Window]:
    """Cut a range into pages of about the same length, so that no last one is too small to be missed."""
    length = end - start
    if length <= 0:
        return []
    count = -(-length // (page * step))
    size = -(-length // (count * step)) * step
    return [Window(begin, min(begin + size, end)) for begin in range(start, end, size)]


def _open_ended(ascending: list[Window], now: int) -> tuple[Window, ...]:
    """Let the last window reach up to now without naming it: clocks differ, and a venue refuses the future."""
    return tuple(Window(window.start, None if window.end == now else window.end) for window in ascending)
