"""Bars made by hand, for tests."""

from collections.abc import Sequence

import numpy as np

from mbats.market.bars import Bars, Quotes
from mbats.market.calendar import known_at
from mbats.market.catalogue import fx_pair
from mbats.market.local_time import HOUR
from mbats.market.timeframe import Timeframe

MONDAY = 1_704_668_400_000_000_000  # 2024-01-08 00:00 in Frankfurt, 23:00 UTC before: inside the FX week


def hourly(symbol: str, closes: Sequence[float], first_open: float | None = None, start: int = MONDAY) -> Bars:
    """Return consecutive H1 bars with the given mid closes; each opens at the close before."""
    close = np.array(closes, dtype=np.float64)
    opening = np.append(close[:1] if first_open is None else first_open, close[:-1])
    time = start + np.arange(len(close), dtype=np.int64) * HOUR
    mid = Quotes(opening, np.maximum(opening, close), np.minimum(opening, close), close)
    timeframe = Timeframe("H1")
    return Bars(fx_pair(symbol), timeframe, time, known_at(time, timeframe), mid, np.zeros(len(close)))
