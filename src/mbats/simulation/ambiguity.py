"""How much of a result rests on the order of prices inside a bar, which bars do not tell."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mbats.execution.margin import converted
from mbats.execution.order import OrderType, Role
from mbats.ledger.journal import Kind

if TYPE_CHECKING:
    from mbats.ledger.journal import Event, Journal
    from mbats.ledger.prices import Prices, Sides

_OTHER = {Role.STOP_LOSS: Role.TAKE_PROFIT, Role.TAKE_PROFIT: Role.STOP_LOSS}


@dataclass(frozen=True, slots=True)
class AmbiguousExits:
    """What the bars leave open about exits by stop or target.

    Attributes
    ----------
    exits
        Exits by a stop or a target.
    ambiguous
        Those whose bar touched both, without having opened beyond one of them.
    difference
        What the result would change by, in account currency, had the stop come first in all of them; never above 0 but
        for stops in profit.
    """

    exits: int
    ambiguous: int
    difference: float


def ambiguous_exits(journal: Journal, prices: Prices, slippage_pips: float = 0.0) -> AmbiguousExits:
    """Look at every exit by stop or target again; nothing but journal and bars is needed.

    A trailing stop counts with the level at which it was sent or last moved by an order.

    Parameters
    ----------
    prices
        The market with the spread that the run traded at.
    slippage_pips
        Against the trader, on the stops that did not come first.
    """
    review = _Review(journal, prices, slippage_pips)
    orders = np.isin(journal.kind, (Kind.ORDER, Kind.REPLACE)) & np.isin(journal.role, list(_OTHER))
    for event in journal.events(np.flatnonzero(orders | (journal.kind == Kind.FILL))):
        review.see(event)
    return AmbiguousExits(review.exits, review.ambiguous, review.difference)


class _Review:
    def __init__(self, journal: Journal, prices: Prices, slippage_pips: float) -> None:
        self.exits = self.ambiguous = 0
        self.difference = 0.0
        self._journal = journal
        self._prices = prices
        self._slippage_pips = slippage_pips
        self._levels: dict[tuple[int, int, int], float] = {}
        self._opened: dict[int, Event] = {}
        self._sides: dict[str, Sides] = {}

    def see(self, event: Event) -> None:
        if event.kind != Kind.FILL:
            self._levels[event.instrument, event.parent, event.role] = event.price
        elif event.role in _OTHER:
            self._judge(event)
        else:
            self._opened[event.instrument] = event

    def _judge(self, event: Event) -> None:
        self.exits += 1
        stop, target = (
            self._levels.get((event.instrument, event.parent, role), np.nan)
            for role in (Role.STOP_LOSS, Role.TAKE_PROFIT)
        )
        if not self._touched_both(event, stop, target):
            return
        self.ambiguous += 1
        if event.role == Role.TAKE_PROFIT:
            self.difference += self._had_it_stopped(event, stop) - self._converted(event, event.pnl)

    def _touched_both(self, event: Event, stop: float, target: float) -> bool:
        if math.isnan(stop) or math.isnan(target):
            return False
        symbol = self._journal.instruments[event.instrument]
        row = int(np.searchsorted(self._prices.market[symbol].time, event.time))
        if symbol not in self._sides:
            self._sides[symbol] = self._prices.sides(symbol)
        side = self._sides[symbol].leaving(-event.units)
        low, high = min(stop, target), max(stop, target)
        inside = self._entered_inside(event) or low < side.open[row] < high
        return bool(inside and side.low[row] <= low and high <= side.high[row])

    def _entered_inside(self, event: Event) -> bool:
        opened = self._opened.get(event.instrument)
        return opened is not None and opened.time == event.time and opened.type != OrderType.MARKET

    def _had_it_stopped(self, event: Event, stop: float) -> float:
        pip = float(self._prices.market[self._journal.instruments[event.instrument]].instrument.pip)
        slipped = stop + math.copysign(self._slippage_pips * pip, event.units)
        return self._converted(event, event.pnl + event.units * (event.price - slipped))

    def _converted(self, event: Event, profit: float) -> float:
        if self._journal.currencies[event.currency] == self._prices.conversion.home:
            return profit
        return converted(profit, event.rate, self._prices.markup)
