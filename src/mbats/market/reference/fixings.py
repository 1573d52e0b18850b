from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mbats.market.local_time import DAY, FRANKFURT, every_day_at

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mbats.market.columns import FloatColumn, TimeColumn

CURRENCIES = ("USD", "GBP", "JPY", "CAD", "AUD", "NZD", "CHF")
"""Currencies of the reference market besides EUR. The order is part of the process: do not change it."""


@dataclass(frozen=True, slots=True)
class Fixings:
    """Daily reference rates of the ECB.

    Attributes
    ----------
    dates
        Days with a fixing of every currency, ascending, shape (n,).
    currencies
        Column order, length k.
    rates
        Units of each currency per euro, shape (n, k).
    source
        Where they were read, for messages and reports.
    """

    dates: NDArray[np.datetime64]
    currencies: tuple[str, ...]
    rates: NDArray[np.float64]
    source: str = ""

    def __len__(self) -> int:
        return len(self.dates)

    @property
    def moments(self) -> TimeColumn:
        """When the rates were taken, shape (n,): 14:15 in Frankfurt, nanoseconds UTC (08:15 or 09:15 New York)."""
        days = self.dates.astype("datetime64[D]").astype(np.int64)
        every = every_day_at(FRANKFURT, 14, 15, int(days[0]) * DAY, (int(days[-1]) + 1) * DAY)
        moments: TimeColumn = every[days - days[0]]
        return moments

    def mid(self, base: str, quote: str) -> FloatColumn:
        """Return units of `quote` per unit of `base` at each fixing, shape (n,)."""
        return self._per_euro(quote) / self._per_euro(base)

    def _per_euro(self, currency: str) -> FloatColumn:
        return np.ones(len(self)) if currency == "EUR" else self.rates[:, self.currencies.index(currency)]
