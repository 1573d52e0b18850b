"""How much of a result rests on the order of prices inside a bar, which bars do not tell."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mbats.execution.margin import converted
from mbats.execution.order import OrderType, Role
from mbats.ledger.journal import Kind
from mbats.market.bars import Quotes

if TYPE_CHECKING:
    from mbats.ledger.journal import Event, Journal
    from mbats.ledger.prices import Prices
    from mbats.market.columns import FlagColumn, FloatColumn, IntColumn

_PROTECTIVE = (Role.STOP_LOSS, Role.TAKE_PROFIT)
_CODE_BITS, _CODE_MASK = 16, 0xFFFF


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
    exits = np.flatnonzero((journal.kind == Kind.FILL) & np.isin(journal.role, _PROTECTIVE))
    stop, target = (_levels(journal, exits, role) for role in _PROTECTIVE)
    ambiguous = _touched_both(journal, prices, exits, stop, target)
    won = ambiguous & (journal.role[exits] == Role.TAKE_PROFIT)
    stopping = _Stopping(journal, prices, slippage_pips)
    changes = map(stopping.change, journal.events(exits[won]), stop[won].tolist())
    return AmbiguousExits(len(exits), int(np.count_nonzero(ambiguous)), sum(changes, 0.0))


def _levels(journal: Journal, exits: IntColumn, role: Role) -> FloatColumn:
    """Return the price last sent for the bracket's order of `role` before each exit; NaN without."""
    sent = np.flatnonzero(np.isin(journal.kind, (Kind.ORDER, Kind.REPLACE)) & (journal.role == role))
    brackets = journal.parent.astype(np.int64) << _CODE_BITS | journal.instrument.astype(np.int64) & _CODE_MASK
    return np.append(journal.price[sent], np.nan)[_latest(sent, exits, brackets)]


def _touched_both(
    journal: Journal, prices: Prices, exits: IntColumn, stop: FloatColumn, target: FloatColumn
) -> FlagColumn:
    low, high, touched = np.minimum(stop, target), np.maximum(stop, target), np.zeros(len(exits), dtype=np.bool_)
    inside, code = _entered_inside(journal, exits), journal.instrument[exits]
    for instrument in np.unique(code).tolist():
        chosen = np.flatnonzero((code == instrument) & ~np.isnan(low))
        bar = _bars_left(journal, prices, exits[chosen], journal.instruments[instrument])
        within = inside[chosen] | (low[chosen] < bar.open) & (bar.open < high[chosen])
        touched[chosen] = within & (bar.low <= low[chosen]) & (high[chosen] <= bar.high)
    return touched


def _bars_left(journal: Journal, prices: Prices, exits: IntColumn, symbol: str) -> Quotes:
    """Return the bar of each exit, on the side that the position left by."""
    rows = np.searchsorted(prices.market[symbol].time, journal.time[exits])
    bid, ask = (side.rows(rows) for side in prices.sides(symbol))
    sold = journal.units[exits] < 0
    names = ("open", "high", "low", "close")
    return Quotes(*(np.where(sold, getattr(bid, name), getattr(ask, name)) for name in names))


def _entered_inside(journal: Journal, exits: IntColumn) -> FlagColumn:
    """Tell where the position was opened in the very bar, at a price that need not be the bar's open."""
    opening = np.flatnonzero((journal.kind == Kind.FILL) & ~np.isin(journal.role, _PROTECTIVE))
    last = _latest(opening, exits, journal.instrument.astype(np.int64))
    opened = np.append(opening, -1)[last]
    same_bar = (last >= 0) & (journal.time[opened] == journal.time[exits])
    return np.asarray(same_bar & (journal.type[opened] != OrderType.MARKET))


def _latest(rows: IntColumn, before: IntColumn, group: IntColumn) -> IntColumn:
    """Return which of `rows` is the last of its group before each row of `before`; -1 where there is none."""
    _, codes = np.unique(group, return_inverse=True)
    place = codes * len(group)  # of each group's rows: far enough apart to search in all groups at once
    placed = np.append(place[rows] + rows, -1)
    order = np.append(np.argsort(placed[:-1]), -1)
    found = order[np.searchsorted(placed[order[:-1]], place[before] + before) - 1]
    return np.where(placed[found] >= place[before], found, -1)


@dataclass(frozen=True, slots=True)
class _Stopping:
    """What exits at the target would have made at the stop."""

    journal: Journal
    prices: Prices
    slippage_pips: float

    def change(self, event: Event, stop: float) -> float:
        """Return the difference to what `event` made, in account currency."""
        pip = float(self.prices.market[self.journal.instruments[event.instrument]].instrument.pip)
        slipped = stop + math.copysign(self.slippage_pips * pip, event.units)
        stopped = event.pnl + event.units * (event.price - slipped)
        return self._converted(event, stopped) - self._converted(event, event.pnl)

    def _converted(self, event: Event, profit: float) -> float:
        if self.journal.currencies[event.currency] == self.prices.conversion.home:
            return profit
        return converted(profit, event.rate, self.prices.markup)
