from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mbats.features.definition import feature

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


def _spread(view: View) -> FloatColumn:
    bid, ask = view.bars.bid, view.bars.ask
    return ask.close - bid.close if bid and ask else np.full(len(view.bars), np.nan)
