from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mbats.errors.market import CurrencyWithoutFixings
from mbats.market.catalogue import fx_pair

if TYPE_CHECKING:
    from mbats.market.columns import FloatColumn, TimeColumn

SOURCE = "assumed"
_FIRST_YEAR = 1999
_MARKUP = 1.0

# Percent a year from 1999 on, one figure a year: round numbers near each central bank's policy rate, not quotations.
_POLICY_RATES = {
    "EUR": "2.75 4 4.25 3.25 2.25 2 2 2.75 3.75 4 1.25 1 1.25 .75 .5 .1 0 -.3 -.4 -.4 -.4 -.5 -.5 .25 3.25 3.75 2.25 2",
    "USD": "5 6.25 4 1.75 1.25 1.25 3.25 5 5 2 .25 .25 .25 .25 .25 .25 .25 .5 1 1.75 2.25 .5 .25 1.75 5 5.25 4.25 3.75",
    "JPY": ".1 .25 .1 0 0 0 0 .25 .5 .5 .1 .1 .1 .1 .1 .1 .1 -.1 -.1 -.1 -.1 -.1 -.1 -.1 -.1 .1 .5 .75",
    "GBP": "5.25 6 5 4 3.75 4.5 4.75 4.75 5.5 4.75 .5 .5 .5 .5 .5 .5 .5 .4 .3 .6 .75 .25 .1 1.5 4.75 5.25 4.25 3.75",
    "CHF": "1.5 3 3 1.25 .25 .5 .75 1.5 2.5 2.5 .25 .25 .1 0 "
    "0 0 -.75 -.75 -.75 -.75 -.75 -.75 -.75 -.25 1.5 1.25 .25 0",
    "CAD": "4.75 5.75 4 2.5 3 2.25 2.75 4 4.25 3 .5 .5 1 1 1 1 .75 .5 .75 1.5 1.75 .5 .25 2 4.75 4.5 2.75 2.25",
    "AUD": "5 6 5 4.5 4.75 5.25 5.5 5.75 6.25 6.75 3.25 4.25 4.75 3.75 "
    "2.75 2.5 2.25 1.75 1.5 1.5 1.25 .25 .1 1.25 4 4.35 4 3.75",
    "NZD": "4.5 6.25 5.75 5.25 5.25 5.75 6.75 7.25 8 7.5 2.75 2.75 2.5 2.5 "
    "2.5 3.25 3.25 2.25 1.75 1.75 1.25 .5 .5 2.25 5.25 5.25 3.25 2.25",
}


class SwapRates(NamedTuple):
    """Dated financing rates of one pair.

    Attributes
    ----------
    time
        From when each row is valid, nanoseconds UTC, ascending, one row a year.
    long_rate, short_rate
        Fraction of the position's value a year that its holder receives; below zero: pays.
    source
        "assumed".
    """

    time: TimeColumn
    long_rate: FloatColumn
    short_rate: FloatColumn
    source: str


def swap_rates(symbol: str, start: int, end: int) -> SwapRates:
    """Return the assumed rates valid in ``[start, end)``, nanoseconds UTC.

    ``long = base - quote - markup`` and ``short = quote - base - markup`` with a markup of 1 % a year; the last year's
    figures go on.

    Raises
    ------
    CurrencyWithoutFixings
        For a currency without an assumed interest rate.
    """
    pair = fx_pair(symbol)
    carry = _policy_rates(symbol, pair.base) - _policy_rates(symbol, pair.quote)
    years = np.arange(len(carry)) + _FIRST_YEAR - 1970
    starts = years.astype("datetime64[Y]").astype("datetime64[ns]").astype(np.int64)
    first = max(int(np.searchsorted(starts, start, side="right")) - 1, 0)
    rows = slice(first, max(int(np.searchsorted(starts, end)), first + 1))
    return SwapRates(starts[rows], (carry[rows] - _MARKUP) / 100, (-carry[rows] - _MARKUP) / 100, SOURCE)


def _policy_rates(symbol: str, currency: str) -> FloatColumn:
    if currency not in _POLICY_RATES:
        raise CurrencyWithoutFixings(symbol=symbol, currency=currency, known=", ".join(_POLICY_RATES))
    return np.array([float(rate) for rate in _POLICY_RATES[currency].split()])
