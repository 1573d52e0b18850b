"""Backtrader's fill rules as the kernel's driver calls them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from mbats.simulation.kernel.backtrader_book import CHILDREN, DESK, ORDER, TOTALS, Book, Table
from mbats.simulation.kernel.backtrader_bracket import SPAN
from mbats.simulation.kernel.backtrader_loop import run
from mbats.simulation.kernel.backtrader_search import TRADES
from mbats.simulation.kernel.terms import FULL
from mbats.strategies.signal import OnOpenPosition

if TYPE_CHECKING:
    from mbats.market.columns import FloatColumn
    from mbats.simulation.kernel.decisions import Decisions
    from mbats.simulation.kernel.events import Events
    from mbats.simulation.kernel.market import Market
    from mbats.simulation.kernel.rates import Rates
    from mbats.simulation.kernel.terms import Terms


class BacktraderRun:
    """One run by Backtrader's rules, from before the first bar on.

    Parameters
    ----------
    day
        `day_numbers` of the market's times.
    apart
        Whether all of them ascend.

    Attributes
    ----------
    quick
        Whether what cannot matter is passed, and plain trades are done in one go. The journal is the same without.
    """

    quick: ClassVar[bool] = True

    def __init__(
        self,
        market: Market,
        day: FloatColumn,
        apart: bool,
        decisions: Decisions,
        rates: Rates,
        terms: Terms,
        cash: float,
    ) -> None:
        count, self._apart = len(market.lot), apart
        self._fixed = market, day, decisions, rates, rates.start[:-1].copy(), np.empty((2, TRADES), SPAN)
        self._orders, self._totals = np.zeros(64, ORDER), np.zeros(1, TOTALS)
        self._queue, self._notices = np.empty(64 + 8 * count, np.int64), np.empty(4 * count, np.int64)
        self._children = np.zeros((count, CHILDREN), np.int64)
        self._desks = _seated(market, decisions)
        totals = self._totals
        totals["fraction"], totals["per_unit"] = terms.fraction, terms.per_unit
        totals["cash"] = totals["balance"] = cash
        totals["oldest"] = 1

    def __call__(self, events: Events, tallies: Table, until: int) -> int:
        """Go on until so many bars are done and return how it stands, in the words of `terms`."""
        while True:
            tables = self._orders, self._desks, self._totals, self._queue, self._notices, self._children
            status = run(Book(events, tallies, *tables), *self._fixed, until, self.quick, self._apart)
            if status != FULL:
                return status
            self._grow()

    def _grow(self) -> None:
        """Make twice the room for orders."""
        orders = np.zeros(2 * len(self._orders), ORDER)
        used = self._orders[self._orders["number"] > 0]
        orders[used["number"] & (len(orders) - 1)] = used
        self._orders = orders
        self._queue = np.concatenate([self._queue, np.empty_like(self._queue)])


def _seated(market: Market, decisions: Decisions) -> Table:
    desks: Table = np.zeros(len(market.lot), DESK)
    desks["row"], desks["bar"] = -1, market.start[:-1] - 1
    desks["strategy"], desks["targets"] = decisions.strategy, decisions.targets
    desks["listens"] = decisions.manages | (decisions.on_open != OnOpenPosition.IGNORE.code)
    desks["lot"], desks["currency"], desks["at_home"] = market.lot, market.currency, market.at_home
    desks["rate_opened"] = desks["rate_known"] = 1.0
    return desks
