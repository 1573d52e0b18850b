from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mbats.market.local_time import MINUTE

if TYPE_CHECKING:
    from mbats.market.columns import FloatColumn, IntColumn, TimeColumn

# Half-spread that each currency adds to a pair, as a share of price in quiet London hours. A pair's half-spread is the
# sum of its two, so that of a cross never exceeds the sum of its legs' and no loop of trades can pay.
HALF_SPREAD = {
    "EUR": 0.35e-4,
    "USD": 0.15e-4,
    "JPY": 0.40e-4,
    "GBP": 0.45e-4,
    "CHF": 0.55e-4,
    "CAD": 0.50e-4,
    "AUD": 0.50e-4,
    "NZD": 0.70e-4,
}

# By hours since 17:00 New York: wide at the roll, a little wide in Asia and late in New York.
_BY_HOUR = np.array([2.2, 1.5, 1.25, 1.15, *[1.1] * 5, 1.05, *[1.0] * 11, 1.05, 1.15, 1.35])
_SUNDAY_OPEN, _SUNDAY_FADES = 2.0, 30 * MINUTE
_USUAL_VOLATILITY = 0.006
_NARROWEST, _WIDEST = 0.8, 4.0


def spread_factor(
    hour: IntColumn, since_open: TimeColumn, liveliness: FloatColumn, volatility: FloatColumn
) -> FloatColumn:
    """Return by what the half-spreads are multiplied in each minute, the same for all pairs, shape (m,).

    Grows with the square root of volatility, fades after the Sunday open.

    Parameters
    ----------
    hour, since_open
        Hours since 17:00 New York; nanoseconds since the weekly open.
    liveliness
        Variance against what is usual at that hour.
    volatility
        Forecast of a weekday's volatility, mean over currencies.
    """
    vivid = np.sqrt(np.sqrt(liveliness) * volatility / _USUAL_VOLATILITY)
    opening = 1.0 + _SUNDAY_OPEN * np.exp(-since_open / _SUNDAY_FADES)
    factor: FloatColumn = _BY_HOUR[hour] * opening * np.clip(vivid, _NARROWEST, _WIDEST)
    return factor
