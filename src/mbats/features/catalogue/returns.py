from __future__ import annotations

from typing import TYPE_CHECKING

from mbats.features.definition import feature
from mbats.features.windows import change, lagged, log

if TYPE_CHECKING:
    from mbats.features.view import View
    from mbats.market.columns import FloatColumn


@feature(lookback=lambda period: period + 1, unit="log")
def log_return(view: View, period: int = 1) -> FloatColumn:
    """Logarithm of the close over that of `period` bars before."""
    return change(log(view.bars.close), period)


@feature(lookback=lambda period: period + 1, unit="pips")
def pip_change(view: View, period: int = 1) -> FloatColumn:
    """Close less that of `period` bars before, in pips of the instrument."""
    return change(view.bars.close, period) / float(view.bars.instrument.pip)


@feature(lookback=1, unit="log")
def bar_return(view: View) -> FloatColumn:
    """Logarithm of the close over the open of the same bar."""
    return log(view.bars.close) - log(view.bars.open)


@feature(lookback=2, unit="log")
def gap(view: View) -> FloatColumn:
    """Logarithm of the open over the close of the bar before."""
    return log(view.bars.open) - lagged(log(view.bars.close), 1)
