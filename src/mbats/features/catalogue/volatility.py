from __future__ import annotations

from typing import TYPE_CHECKING

from mbats.features.definition import feature
from mbats.features.windows import change, deviation, log

if TYPE_CHECKING:
    from mbats.features.view import View
    from mbats.market.columns import FloatColumn


@feature(lookback=lambda period: period + 1, unit="log", period=(2, 100_000))
def volatility(view: View, period: int = 20) -> FloatColumn:
    """Standard deviation of the log returns of the last `period` bars."""
    return deviation(change(log(view.bars.close), 1), period)
