from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mbats.market.columns import FloatColumn, TimeColumn


@dataclass(frozen=True, slots=True)
class Equity:
    """What the account was worth, in its currency, at a row of moments.

    Attributes
    ----------
    currency
        The account's currency.
    start, cash
        When the account began (nanoseconds UTC), and with how much.
    time
        The moments: 17:00 New York of every day with a bar, and the end of the run; nanoseconds UTC, shape (n,).
    nav
        Net asset value at liquidation prices.
    balance
        Cash: what is realised.
    transfer
        Deposits less withdrawals since the row before.
    exposure
        Value of all positions at mid, unsigned.
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
