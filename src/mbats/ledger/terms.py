from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from mbats.errors.ledger import CashInvalid, CurrencyInvalid, LeverageInvalid


@dataclass(frozen=True)
class Account:
    """The terms under which an account trades.

    Attributes
    ----------
    currency
        Everything is converted to it.
    cash
        Balance at the start, in `currency`.
    leverage
        Highest ratio of position value to net asset value; the stricter of this and each instrument's margin rate
        counts. None leaves it to the instruments.
    places
        Decimal places to which each cash flow is rounded, halves to even (OANDA: four in USD).

    Raises
    ------
    CurrencyInvalid, CashInvalid, LeverageInvalid
        No account can trade under such terms.
    """

    currency: str = "USD"
    cash: Decimal = Decimal(100_000)
    leverage: float | None = None
    places: int = 4

    def __post_init__(self) -> None:
        object.__setattr__(self, "cash", amount(self.cash))
        if not re.fullmatch("[A-Z]{3}", self.currency):
            raise CurrencyInvalid(currency=self.currency)
        if self.leverage is not None and not (self.leverage > 0 and math.isfinite(self.leverage)):
            raise LeverageInvalid(leverage=self.leverage)

    def margin_rate(self, instrument_rate: Decimal) -> float:
        """Return the share of a position's value to block: the stricter of instrument and leverage."""
        own = 1 / self.leverage if self.leverage else 0.0
        return max(float(instrument_rate), own)


def amount(stated: object) -> Decimal:
    """Return an amount of money to start with; raises `CashInvalid` unless it is a finite number above zero."""
    try:
        cash = Decimal(str(stated))
    except InvalidOperation:
        raise CashInvalid(cash=stated) from None
    if not cash.is_finite() or cash <= 0:
        raise CashInvalid(cash=stated)
    return cash
