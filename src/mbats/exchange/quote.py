from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Quote:
    """The prices of an instrument: since when (nanoseconds UTC), and whether one can trade at them."""

    time: int
    bid: Decimal
    ask: Decimal
    tradeable: bool

    @property
    def mid(self) -> Decimal:
        """Halfway between bid and ask, unrounded."""
        return (self.bid + self.ask) / 2
