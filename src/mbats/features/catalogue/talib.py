"""TA-Lib's functions, for research: they keep running sums, so their bits depend on where the history begins."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from mbats.errors.feature import InvalidFeatureParameter
from mbats.features.definition import feature

if TYPE_CHECKING:
    from mbats.features.view import View
    from mbats.market.columns import FloatColumn


@feature(lookback=None, unit="of the function", period=(0, 100_000), output=(0, 2))
def talib(view: View, function: str = "RSI", period: int = 0, output: int = 0) -> FloatColumn:
    """A function of TA-Lib by its name, with its usual parameters unless a period is given, and one of its outputs.

    For research: no parity with the indicators of strategies and Backtrader is claimed, and no model that trades may
    use it.
    """
    if function not in import_module("talib").get_functions():
        due, example = "one of TA-Lib's functions", "talib:CCI,20"
        raise InvalidFeatureParameter(feature="talib", parameter="function", value=function, due=due, example=example)
    chosen: Any = import_module("talib.abstract").Function(function)
    if period:
        chosen.set_parameters(timeperiod=period)
    bars = view.bars
    prices = {name: np.ascontiguousarray(getattr(bars, name)) for name in ("open", "high", "low", "close", "volume")}
    columns = chosen(prices)
    return np.asarray(columns[output] if isinstance(columns, list) else columns, dtype=np.float64)
