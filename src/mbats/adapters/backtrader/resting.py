from __future__ import annotations

import math
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any, NamedTuple

import backtrader as bt

from mbats.adapters.backtrader.feed import nanoseconds
from mbats.execution.fills import (
    NEVER,
    limit_point,
    limit_price,
    price_along,
    stop_point,
    stop_price,
    tightened,
    trail,
)

if TYPE_CHECKING:
    from mbats.adapters.backtrader.track import Track
    from mbats.market.instrument import Instrument
    from mbats.market.path import Prices


class Turn(IntEnum):
    """Who goes first at the same point of a bar."""

    MARKET = 0
    STOP = 1
    LIMIT = 2
    CLOSE = 3


class Touch(NamedTuple):
    """Where on the bar's path an order's time has come, and at what price; ordered by who comes first."""

    point: float
    turn: Turn
    number: int
    price: float


_STOPS = {bt.Order.Stop, bt.Order.StopLimit, bt.Order.StopTrail, bt.Order.StopTrailLimit}
_LIMITED = {bt.Order.StopLimit, bt.Order.StopTrailLimit}


@dataclass(slots=True)
class Resting:
    """An order of Backtrader's that waits in a venue's book.

    Attributes
    ----------
    level
        Price of the limit or of the stop where it stands now.
    limit
        Price of the limit that a stop turns into.
    distance
        Of a trailing stop; NaN where it does not trail.
    live_from
        Point of the present bar's path from which it can fill.
    ended
        Level of a trailing stop at the bar's end.
    """

    order: Any
    level: float = math.nan
    limit: float = math.nan
    distance: float = math.nan
    live_from: float = 0.0
    ended: float = math.nan

    @property
    def side(self) -> int:
        """+1 buys, -1 sells."""
        return 1 if self.order.isbuy() else -1

    @property
    def is_limit(self) -> bool:
        """Whether it is a plain limit order."""
        return bool(self.order.exectype == bt.Order.Limit)

    @property
    def awaits_trigger(self) -> bool:
        """Whether meeting its price only turns it into a limit order."""
        return self.order.exectype in _LIMITED and not self.order.triggered

    def touch(self, bid: Prices, ask: Prices, track: Track) -> Touch:
        """Return where this bar's path meets the order."""
        kind, side = self.order.exectype, self.side
        path = ask if side > 0 else bid
        if kind == bt.Order.Market:
            return Touch(self.live_from, Turn.MARKET, self.order.ref, price_along(path, self.live_from))
        if kind == bt.Order.Close:
            return self._at_the_close(path, track)
        if kind in _STOPS and not self.order.triggered:
            return self._stop(path, side, track)
        level = self.limit if kind in _LIMITED else self.level
        point = limit_point(path, level, side, self.live_from)
        price = math.nan if point == NEVER else limit_price(path, level, side, point, self.live_from)
        return Touch(point, Turn.LIMIT, self.order.ref, price)

    def end_bar(self) -> None:
        """Be ready for the next bar."""
        self.live_from = 0.0
        if not math.isnan(self.ended):
            self.level = self.ended

    def _stop(self, path: Prices, side: int, track: Track) -> Touch:
        level = self.level
        if math.isnan(self.distance):
            point = stop_point(path, level, side, self.live_from)
        else:
            point, level = trail(path, level, self.distance, side, self.live_from)
            self.ended = level = track.terms.round_price(level)
        price = math.nan if point == NEVER else stop_price(path, level, side, point, self.live_from)
        return Touch(point, Turn.STOP, self.order.ref, price)

    def _at_the_close(self, path: Prices, track: Track) -> Touch:
        session_end = nanoseconds(self.order.dteos)
        if track.opened >= session_end:
            return Touch(0.0, Turn.MARKET, self.order.ref, path[0])
        return Touch(3.0 if track.known >= session_end else NEVER, Turn.CLOSE, self.order.ref, path[3])


def resting(order: Any, terms: Instrument) -> Resting:
    """Return the order as it will wait, its prices rounded to the instrument's tick."""
    rounded = terms.round_price
    rests = Resting(order)
    if order.exectype in {bt.Order.Market, bt.Order.Close}:
        return rests
    rests.level = order.created.price = rounded(order.created.price)
    if order.exectype in _LIMITED:
        rests.limit = order.created.pricelimit = rounded(order.created.pricelimit)
    rests.distance = _trailing(order, rounded)
    return rests


def protect(child: Resting, filled: float, leaving: float, track: Track) -> None:
    """Set a protective order's level once its entry was filled: distances count from there."""
    info, side, rounded = child.order.info, child.side, track.terms.round_price
    distance = info.get("distance")
    if distance is not None and not math.isnan(distance):
        # A sell protects a long: its stop is below the fill and its target above, and the reverse for a buy.
        away = side if child.order.exectype in _STOPS else -side
        child.level = rounded(filled + away * distance)
    if info.get("trails_only"):
        child.level = side * math.inf
    if not math.isnan(child.distance):
        child.level = tightened(child.level, rounded(leaving + side * child.distance), side)
    child.order.created.price = child.level


def trailing_distance(order: Any) -> float:
    """Return the distance of a trailing stop, NaN where an order does not trail."""
    trailing = order.info.get("trailing")
    if trailing is None and order.exectype in {bt.Order.StopTrail, bt.Order.StopTrailLimit}:
        trailing = order.trailamount or order.created.price * (order.trailpercent or 0.0)
    return math.nan if trailing is None else float(trailing)


def _trailing(order: Any, rounded: Any) -> float:
    trailing = trailing_distance(order)
    distance: float = math.nan if math.isnan(trailing) else rounded(trailing)
    return distance
