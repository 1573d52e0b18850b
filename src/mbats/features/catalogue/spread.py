from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mbats.features.definition import feature
from mbats.features.windows import mean

if TYPE_CHECKING:
    from mbats.features.view import View
    from mbats.market.columns import FloatColumn


@feature(lookback=1, unit="bps")
def spread_bps(view: View) -> FloatColumn:
    """Ask less bid at the close over the mid, in basis points; NaN on bars without both sides."""
    return _spread(view) / view.bars.close * 1e4


@feature(lookback=1, unit="pips")
def spread_pips(view: View) -> FloatColumn:
    """Ask less bid at the close in pips; NaN on bars without both sides."""
    return _spread(view) / float(view.bars.instrument.pip)


@feature(lookback=lambda period: period, unit="ratio")
def spread_ratio(view: View, period: int = 50) -> FloatColumn:
    """Spread at the close over its average of `period` bars."""
    return _spread(view) / mean(_spread(view), period)


@feature(lookback=lambda period: period, unit="ratio")
def spread_to_range(view: View, period: int = 20) -> FloatColumn:
    """Spread at the close over the average range of the last `period` bars: what a trade costs beside what moves."""
    return _spread(view) / mean(view.bars.high - view.bars.low, period)


def _spread(view: View) -> FloatColumn:
    bid, ask = view.bars.bid, view.bars.ask
    return ask.close - bid.close if bid and ask else np.full(len(view.bars), np.nan)
