from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mbats.features.definition import recursive
from mbats.features.indicators.true_range import true_range
from mbats.features.recursion import last, smoothed, with_last

if TYPE_CHECKING:
    from mbats.features.recursion import Memory
    from mbats.features.view import View
    from mbats.market.columns import FloatColumn


@recursive(unit="percent")
def plus_di(view: View, memory: Memory | None, period: int = 14) -> tuple[FloatColumn, Memory]:
    """Wilder's positive directional indicator: averaged upward movement over averaged true range."""
    up, _, kept = _indicators(view, memory, period)
    return up, kept


@recursive(unit="percent")
def minus_di(view: View, memory: Memory | None, period: int = 14) -> tuple[FloatColumn, Memory]:
    """Wilder's negative directional indicator: averaged downward movement over averaged true range."""
    _, down, kept = _indicators(view, memory, period)
    return down, kept


@recursive(unit="percent")
def adx(view: View, memory: Memory | None, period: int = 14) -> tuple[FloatColumn, Memory]:
    """Wilder's average directional index: how one-sided movement is, whichever side."""
    up, down, kept = _indicators(view, memory, period)
    total = up + down
    one_sided = 100.0 * np.abs(up - down) / np.where(total == 0.0, 1.0, total)
    column, also = smoothed(one_sided, period, 1.0 / period, memory, "index")
    return column, kept | also


def _indicators(
    view: View, memory: Memory | None, period: int
) -> tuple[FloatColumn, FloatColumn, dict[str, tuple[float, ...]]]:
    bars = view.bars
    high, low = with_last(bars.high, memory, "high"), with_last(bars.low, memory, "low")
    rise, fall = np.diff(high), -np.diff(low)
    upward = np.where((rise > fall) & (rise > 0.0), rise, 0.0 * rise)
    downward = np.where((fall > rise) & (fall > 0.0), fall, 0.0 * fall)
    ranges = true_range(high, low, with_last(bars.close, memory, "close"))[1:]
    up, kept = smoothed(upward, period, 1.0 / period, memory, "up")
    down, downs = smoothed(downward, period, 1.0 / period, memory, "down")
    width, widths = smoothed(ranges, period, 1.0 / period, memory, "range")
    kept |= downs | widths | last(high=bars.high, low=bars.low, close=bars.close)
    width = np.where(width == 0.0, np.inf, width)
    return 100.0 * up / width, 100.0 * down / width, kept
