from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from mbats.execution.costs import Spread
from mbats.execution.sides import sides_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbats.execution.sides import Sides
    from mbats.market.bars import Bars
    from mbats.market.columns import FloatColumn, TimeColumn
    from mbats.market.conversion import Conversion


@dataclass(frozen=True, slots=True)
class Prices:
    """The market as the ledger values it.

    Attributes
    ----------
    market
        Bars by symbol.
    conversion
        Rates to the account's currency.
    spread
        Where bid and ask come from.
    markup
        Share of the rate that the venue keeps when it converts.
    """

    market: Mapping[str, Bars]
    conversion: Conversion
    spread: Spread = field(default_factory=Spread)
    markup: float = 0.0

    @property
    def end(self) -> int:
        """The moment at which the last bar is known."""
        return max(int(bars.known_at[-1]) for bars in self.market.values())

    def sides(self, symbol: str) -> Sides:
        """Return both sides of the market; both are mid where there is no spread."""
        return sides_of(self.market[symbol], self.spread)

    def leaving(self, symbol: str, units: FloatColumn, when: TimeColumn) -> FloatColumn:
        """Return the last price known at each moment for closing `units`; NaN before the first bar is known."""
        sides, known = self.sides(symbol), np.searchsorted(self.market[symbol].known_at, when, side="right") - 1
        closes = np.where(units > 0, sides.bid.close[known], sides.ask.close[known])
        return np.where(known >= 0, closes, np.nan)

    def rates(self, symbol: str, when: TimeColumn) -> FloatColumn:
        """Return the account's currency per unit of the quote currency, at mid."""
        return self.conversion.column(self.market[symbol].instrument.quote, when)

    def realisable(self, symbol: str, profit: FloatColumn) -> FloatColumn:
        """Return what is left of profits at mid rates once the venue has converted them."""
        if self.market[symbol].instrument.quote == self.conversion.home:
            return profit
        return profit * np.where(profit > 0, 1 - self.markup, 1 + self.markup)
