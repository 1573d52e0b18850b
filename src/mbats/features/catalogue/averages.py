from __future__ import annotations

from typing import TYPE_CHECKING

from mbats.features.definition import feature
from mbats.features.indicators.moving_average import sma

if TYPE_CHECKING:
    from mbats.features.view import View
    from mbats.market.columns import FloatColumn


@feature(lookback=lambda period: period, unit="share")
def sma_distance(view: View, period: int = 20) -> FloatColumn:
    """Close over its simple average of `period` bars, less one."""
    return view.bars.close / sma(view.bars.close, period) - 1.0
