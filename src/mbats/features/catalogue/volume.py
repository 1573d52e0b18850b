from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mbats.features.definition import feature
from mbats.features.windows import change, deviation, mean

if TYPE_CHECKING:
    from mbats.features.view import View
    from mbats.market.columns import FloatColumn


@feature(lookback=lambda period: period, unit="ratio")
def volume_ratio(view: View, period: int = 50) -> FloatColumn:
    """Volume of the bar over its average of `period` bars; NaN where none is told."""
    return view.bars.volume / mean(view.bars.volume, period)


@feature(lookback=lambda period: period, unit="deviations", period=(2, 100_000))
def volume_zscore(view: View, period: int = 50) -> FloatColumn:
    """Volume of the bar less its average of `period` bars, over its deviation; NaN where none is told."""
    volume = view.bars.volume
    return (volume - mean(volume, period)) / deviation(volume, period)


@feature(lookback=lambda period: period + 1, unit="ratio")
def volume_balance(view: View, period: int = 20) -> FloatColumn:
    """Volume of rising less that of falling bars over all volume of the last `period` bars, -1 to 1."""
    volume = view.bars.volume
    return mean(np.sign(change(view.bars.close, 1)) * volume, period) / mean(volume, period)
