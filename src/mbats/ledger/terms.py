from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


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
    """

    currency: str = "USD"
    cash: Decimal = Decimal(100_000)
    leverage: float | None = None
    places: int = 4

    def __post_init__(self) -> None:
        object.__setattr__(self, "cash", Decimal(str(self.cash)))

    def margin_rate(self, instrument_rate: Decimal) -> float:
        """Return the share of a position's value to block: the stricter of instrument and leverage."""
        own = 1 / self.leverage if self.leverage else 0.0
        return max(float(instrument_rate), own)
