from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mbats.compiled import compiled

if TYPE_CHECKING:
    from mbats.market.columns import FloatColumn, TimeColumn

DAY = 86_400 * 10**9
EPOCH = 719_163  # Backtrader counts days from 0001-01-01, which is day 1


@compiled
def day_numbers(time: TimeColumn) -> FloatColumn:
    """Return Backtrader's times, days since the year 1 as floats; what is finer than 10 microseconds is lost."""
    numbers = np.empty(len(time))
    for row in range(len(time)):
        numbers[row] = (time[row] // DAY + EPOCH) + (time[row] % DAY) / DAY
    return numbers
