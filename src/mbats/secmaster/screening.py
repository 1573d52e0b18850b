"""Suspicious bars: possible, so they are stored, but flagged for whoever judges the data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mbats.market.calendar import expected_opens
from mbats.secmaster.keys import Flag

if TYPE_CHECKING:
    from mbats.market.bars import Bars
    from mbats.market.columns import CodeColumn, FlagColumn, FloatColumn, TimeColumn

OUTLIER_SCALES = 40.0
_BLOCK = 256
_STALE_INTRADAY = 12
_STALE_DAILY = 4


def flags(bars: Bars) -> CodeColumn:
    """Return why each bar is suspicious, the sum of its `Flag` values, shape (n,)."""
    result = np.zeros(len(bars), dtype=np.int16)
    for flag, rows in (
        (Flag.CROSSED_SPREAD, crossed(bars)),
        (Flag.OUTLIER, outliers(bars)),
        (Flag.GAP, after_gaps(bars, missing(bars))),
        (Flag.STALE, stale(bars)),
    ):
        result[rows] |= flag.value
    return result


def crossed(bars: Bars) -> FlagColumn:
    """Tell where ask is below bid in any of the four prices."""
    if bars.bid is None or bars.ask is None:
        return np.zeros(len(bars), dtype=bool)
    bid, ask = bars.bid, bars.ask
    rows: FlagColumn = (ask.open < bid.open) | (ask.high < bid.high) | (ask.low < bid.low) | (ask.close < bid.close)
    return rows


def outliers(bars: Bars) -> FlagColumn:
    """Tell which bars reach further from the last close than forty times what was usual before.

    A bar's reach is the larger of ``|log(high / last close)|`` and ``|log(low / last close)|``, divided by the square
    root of the bars' lengths since the last bar, so that a weekend may move prices more than a minute. What is usual is
    the median reach of the block of 256 bars before its own, a pip at least. It looks at the past alone: a price is
    not suspicious because of what came later. The first block is judged by its own median.
    """
    if len(bars) < 3:
        return np.zeros(len(bars), dtype=bool)
    reach = _reach(bars)
    least = float(bars.instrument.pip) / np.median(bars.close)
    rows: FlagColumn = np.append(False, reach > OUTLIER_SCALES * np.maximum(_usual(reach), least / 2))
    return rows


def missing(bars: Bars) -> TimeColumn:
    """Return the opening times between the first and the last bar at which the calendar expects a bar and none is."""
    if not len(bars):
        return bars.time
    expected = expected_opens(
        int(bars.time[0]),
        int(bars.time[-1]) + 1,
        bars.timeframe,
        bars.alignment,
        bars.instrument.asset_class,
        exchange=bars.instrument.exchange,
    )
    return np.setdiff1d(expected, bars.time, assume_unique=True)


def after_gaps(bars: Bars, holes: TimeColumn) -> FlagColumn:
    """Tell which bars come directly after missing ones."""
    rows = np.zeros(len(bars), dtype=bool)
    rows[np.searchsorted(bars.time, holes)] = True
    return rows


def stale(bars: Bars) -> FlagColumn:
    """Tell which bars belong to a run of 12 or more (daily: 4) in which no price moved at all."""
    still = bars.high == bars.low
    still[1:] &= bars.close[1:] == bars.close[:-1]
    edges = np.flatnonzero(np.diff(np.concatenate(([0], still.astype(np.int8), [0]))))
    begins, ends = edges[::2], edges[1::2]
    long = ends - begins >= (_STALE_INTRADAY if bars.timeframe.intraday else _STALE_DAILY)
    rows = np.zeros(len(bars), dtype=bool)
    for begin, end in zip(begins[long].tolist(), ends[long].tolist(), strict=True):
        rows[begin:end] = True
    return rows


def _reach(bars: Bars) -> FloatColumn:
    before = np.log(bars.close[:-1])
    furthest = np.maximum(np.abs(np.log(bars.high[1:]) - before), np.abs(np.log(bars.low[1:]) - before))
    lengths = np.diff(bars.time) / bars.timeframe.nanoseconds
    reach: FloatColumn = furthest / np.sqrt(np.maximum(lengths, 1.0))
    return reach


def _usual(reach: FloatColumn) -> FloatColumn:
    blocks = [reach[first : first + _BLOCK] for first in range(0, len(reach), _BLOCK)]
    medians = np.array([np.median(block) for block in blocks])
    return np.repeat(np.append(medians[:1], medians[:-1]), _BLOCK)[: len(reach)]
