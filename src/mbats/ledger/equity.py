from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from mbats.market.columns import FloatColumn, TimeColumn


@dataclass(frozen=True, slots=True)
class Equity:
    """What the account was worth, in its currency, at the ends of trading days.

    Attributes
    ----------
    currency
        The account's currency.
    start, cash
        When the account began (nanoseconds UTC), and with how much.
    time
        Ends of trading days (`mbats.ledger.trading_days`), nanoseconds UTC, shape (n,).
    nav
        Net asset value at liquidation prices.
    balance
        Cash: what is realised.
    transfer
        Deposits less withdrawals since the row before.
    exposure
        Value of all positions at liquidation prices, unsigned.
    curve_time, curve_nav
        The same net asset value at the end of every bar, for charts.
    """

    currency: str
    start: int
    cash: float
    time: TimeColumn
    nav: FloatColumn
    balance: FloatColumn
    transfer: FloatColumn
    exposure: FloatColumn
    curve_time: TimeColumn
    curve_nav: FloatColumn

    def __len__(self) -> int:
        return len(self.time)

    @property
    def daily_returns(self) -> FloatColumn:
        """Time-weighted return of each trading day, shape (n,); see `time_weighted`."""
        return time_weighted(self.cash, self.nav, self.transfer)

    @property
    def wealth(self) -> FloatColumn:
        """What one unit of currency put in at the start has become, shape (n + 1,); the first row is the start, 1."""
        return np.append(1.0, np.cumprod(1.0 + self.daily_returns))

    @property
    def monthly_returns(self) -> dict[tuple[int, int], float]:
        """Time-weighted return by (year, month), in order; a month takes the days that end in it."""
        if not len(self):
            return {}
        months = (self.time - 1).astype("datetime64[ns]").astype("datetime64[M]")
        last = np.append(months[1:] != months[:-1], True)
        wealth = np.append(1.0, self.wealth[1:][last])
        growth = np.divide(wealth[1:], wealth[:-1], out=np.ones(len(wealth) - 1), where=wealth[:-1] > 0) - 1.0
        names = months[last].astype(object)
        return {(name.year, name.month): float(value) for name, value in zip(names, growth, strict=True)}


def time_weighted(cash: float, nav: FloatColumn, transfer: FloatColumn) -> FloatColumn:
    """Return the return of each day from the net asset values at their ends, all of shape (n,).

    ``nav / (nav of the day before + transfer) - 1``: a deposit counts from the start of its day. No day returns less
    than -1, and days without capital, after a total loss, return 0.
    """
    capital = np.append(cash, nav[:-1]) + transfer
    returns = np.divide(nav, capital, out=np.ones(len(nav)), where=capital > 0) - 1.0
    return np.maximum(returns, -1.0)
