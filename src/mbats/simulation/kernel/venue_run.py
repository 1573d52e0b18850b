"""The venue's fill rules as the kernel's driver calls them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mbats.simulation.kernel.terms import FULL
from mbats.simulation.kernel.venue import run_venue
from mbats.simulation.kernel.venue_book import blank_lots, more_lots, venue_books

if TYPE_CHECKING:
    from mbats.simulation.kernel.decisions import Decisions
    from mbats.simulation.kernel.events import Events
    from mbats.simulation.kernel.market import Market
    from mbats.simulation.kernel.rates import Rates
    from mbats.simulation.kernel.terms import Financing, Terms


class VenueRun:
    """One run by the venue's rules, from before the first bar on."""

    def __init__(self, market: Market, decisions: Decisions, rates: Rates, terms: Terms, financing: Financing) -> None:
        self._fixed = market, decisions, rates, rates.start[:-1].copy(), terms, financing
        self._books, self._lots = venue_books(market, decisions), blank_lots(len(market.lot))

    def __call__(self, events: Events, tallies: Any, until: int) -> int:
        """Go on until so many bars are done and return how it stands, in the words of `terms`."""
        while (status := run_venue(*self._fixed, self._books, self._lots, events, tallies, until)) == FULL:
            self._lots = more_lots(self._lots)
        return status
