from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mbats.execution.costs import SpreadSource
from mbats.market.bars import Quotes

if TYPE_CHECKING:
    from mbats.execution.costs import Spread
    from mbats.market.bars import Bars


class Sides(NamedTuple):
    """What orders meet: one that buys the ask, one that sells the bid; so a long leaves at the bid."""

    bid: Quotes
    ask: Quotes

    def leaving(self, side: float) -> Quotes:
        """Return the prices at which a position of `side` (its sign counts) is closed."""
        return self.bid if side > 0 else self.ask


def sides_of(bars: Bars, spread: Spread) -> Sides:
    """Return both sides of the market; both are mid where there is no spread."""
    if spread.source is SpreadSource.QUOTED and bars.bid is not None and bars.ask is not None:
        return Sides(bars.bid, bars.ask)
    if spread.source is SpreadSource.FIXED:
        half = spread.pips * float(bars.instrument.pip) / 2
        return Sides(_moved(bars.mid, -half), _moved(bars.mid, half))
    return Sides(bars.mid, bars.mid)


def _moved(mid: Quotes, distance: float) -> Quotes:
    return Quotes(mid.open + distance, mid.high + distance, mid.low + distance, mid.close + distance)
