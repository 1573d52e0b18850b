from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mbats.features.indicators.sharing import shared

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mbats.market.columns import FloatColumn


@shared
def outside(values: FloatColumn, low: float, high: float) -> NDArray[np.int8]:
    """Return 1 where a value is below `low`, -1 where it is above `high`, 0 between them and without one; int8."""
    return (values < low).view(np.int8) - (values > high).view(np.int8)


@shared
def multiple(values: FloatColumn, factor: float) -> FloatColumn:
    """Return `factor` times each value, as in "a stop of 1.5 ATR"; shape (n,)."""
    return factor * values
