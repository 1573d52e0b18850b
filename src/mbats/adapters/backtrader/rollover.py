from __future__ import annotations

from typing import TYPE_CHECKING

from mbats.execution.financing import charge
from mbats.market.calendar import rollovers
from mbats.market.fx_week import dates

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from mbats.execution.financing import FinancingRates
    from mbats.market.instrument import Instrument


class Rollover:
    """The ends of trading days, one after the other, and what holding a position over them costs.

    Parameters
    ----------
    start, end
        The run's range, nanoseconds UTC.
    """

    def __init__(self, rates: FinancingRates, start: int, end: int) -> None:
        self._rates = rates
        ends = rollovers(start - 1, end)
        self._ends: list[tuple[int, date]] = list(zip(ends.tolist(), dates(ends).tolist(), strict=True))
        self._next = 0

    def due(self, until: int) -> Iterator[tuple[int, date]]:
        """Yield every end of a trading day up to `until` that was not yielded before, with its date."""
        while self._next < len(self._ends) and self._ends[self._next][0] <= until:
            self._next += 1
            yield self._ends[self._next - 1]

    def amount(self, terms: Instrument, units: float, mid: float, when: int, day: date) -> float:
        """Return the cash flow of a position held over `day`'s end, in quote currency; 0 without rates."""
        rates = self._rates.rates_at(terms.symbol, when)
        if rates is None:
            return 0.0
        return charge(units, mid, *rates, self._rates.days(terms, day))
