from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mbats.features.indicators.presence import all_present
from mbats.features.indicators.sharing import shared

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mbats.market.columns import FloatColumn


@shared
def outside(values: FloatColumn, low: float, high: float, *others: FloatColumn) -> NDArray[np.int8]:
    """Return 1 where a value is below `low`, -1 where it is above `high`, 0 between them; int8, shape (n,).

    A row on which `values` or one of `others` is not finite is 0, too.
    """
    ready = np.isfinite(values)
    if others:
        ready &= all_present(*others)
    return (ready & (values < low)).view(np.int8) - (ready & (values > high)).view(np.int8)


@shared
def multiple(values: FloatColumn, factor: float) -> FloatColumn:
    """Return `factor` times each value, as in "a stop of 1.5 ATR"; shape (n,)."""
    return factor * values
