from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from mbats.market.columns import FloatColumn, TimeColumn

DAY = 86_400 * 10**9
EPOCH = 719_163  # Backtrader counts days from 0001-01-01, which is day 1


def day_numbers(time: TimeColumn) -> FloatColumn:
    """Return Backtrader's times, days since the year 1 as floats; what is finer than 10 microseconds is lost."""
    days, rest = np.divmod(time, DAY)
    numbers: FloatColumn = (days + EPOCH) + rest / DAY
    return numbers
