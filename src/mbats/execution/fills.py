"""By which rules orders meet prices: `FillRules`, and the venue's as plain functions on floats, so that they compile.

A bar is the path of four waypoints of `mbats.market.path`. A place on it is a *point*: 0 is the open, 3 the close, 1.25
a quarter of the way from the second to the third waypoint. `path` is one side's four prices: an order that sells meets
the bid, one that buys the ask.
"""

import math
from enum import StrEnum
from typing import NoReturn

from mbats.errors.simulation import UnknownFillRules
from mbats.market.path import Prices, first_at_or_above, first_at_or_below, price_at


class FillRules(StrEnum):
    """By which rules a simulated order meets its price."""

    BACKTRADER = "backtrader"
    VENUE = "venue"

    @classmethod
    def _missing_(cls, value: object) -> NoReturn:
        raise UnknownFillRules(name=value, known=", ".join(cls))


NEVER = math.inf


def price_along(path: Prices, point: float) -> float:
    """Return the price at a point of the path."""
    segment = min(int(point), 2)
    return price_at(path[segment], path[segment + 1], point - segment)


def falls_to(path: Prices, level: float, start: float) -> float:
    """Return the first point, `start` or later, with a price at or below `level`; `NEVER` without one."""
    if path[0] > level and path[1] > level and path[2] > level and path[3] > level:
        return NEVER
    segment = min(int(start), 2)
    share = start - segment
    while segment < 3:
        found = first_at_or_below(level, path[segment], path[segment + 1], share)
        if not math.isnan(found):
            return segment + found
        segment, share = segment + 1, 0.0
    return NEVER


def rises_to(path: Prices, level: float, start: float) -> float:
    """Return the first point, `start` or later, with a price at or above `level`; `NEVER` without one."""
    if path[0] < level and path[1] < level and path[2] < level and path[3] < level:
        return NEVER
    segment = min(int(start), 2)
    share = start - segment
    while segment < 3:
        found = first_at_or_above(level, path[segment], path[segment + 1], share)
        if not math.isnan(found):
            return segment + found
        segment, share = segment + 1, 0.0
    return NEVER


def stop_point(path: Prices, level: float, side: int, start: float) -> float:
    """Return where a stop order that buys (`side` +1) or sells (-1) is triggered."""
    return rises_to(path, level, start) if side > 0 else falls_to(path, level, start)


def limit_point(path: Prices, level: float, side: int, start: float) -> float:
    """Return where a limit order that buys (`side` +1) or sells (-1) is filled."""
    return falls_to(path, level, start) if side > 0 else rises_to(path, level, start)


def stop_price(path: Prices, level: float, side: int, point: float, start: float) -> float:
    """Return the first price at or through a stop: its level, or what the market jumped to beyond it."""
    if point > start:
        return level
    price = price_along(path, start)
    return max(level, price) if side > 0 else min(level, price)


def limit_price(path: Prices, level: float, side: int, point: float, start: float) -> float:
    """Return the price of a limit order: its level, or better where the market is there already."""
    if point > start:
        return level
    price = price_along(path, start)
    return min(level, price) if side > 0 else max(level, price)


def trail(path: Prices, level: float, distance: float, side: int, start: float) -> tuple[float, float]:
    """Return where a trailing stop is triggered (or `NEVER`), and its level then (or at the bar's end).

    The level follows the side of the market that the order meets, at `distance`, and only ever comes closer: a selling
    stop rises with the bid's best price since `start`. While the market comes towards it, it stands still.
    """
    price = price_along(path, start)
    if side * (price - level) >= 0:
        return start, level
    level = tightened(level, price + side * distance, side)
    segment = min(int(start), 2)
    share = start - segment
    while segment < 3:
        here, there = path[segment], path[segment + 1]
        rule = (
            first_at_or_above(level, here, there, share) if side > 0 else first_at_or_below(level, here, there, share)
        )
        if not math.isnan(rule):
            return segment + rule, level
        level = tightened(level, there + side * distance, side)
        segment, share = segment + 1, 0.0
    return NEVER, level


def tightened(level: float, proposed: float, side: int) -> float:
    """Return the tighter of two levels of a stop that buys (`side` +1: the lower) or sells (-1: the higher)."""
    return min(level, proposed) if side > 0 else max(level, proposed)


def slipped(price: float, side: int, slippage: float) -> float:
    """Return the price after `slippage` (unsigned, in price units) against who buys (+1) or sells (-1)."""
    return price + side * slippage


def stop_on_wrong_side(side: int, stop: float, leaving: float) -> bool:
    """Tell whether the stop of a new position on `side` would be filled at once at `leaving`, the price to get out.

    OANDA v20, transaction reason STOP_LOSS_ON_FILL_LOSS: such an entry is cancelled and no trade opens.
    """
    return side * (leaving - stop) <= 0


def target_on_wrong_side(side: int, target: float, leaving: float) -> bool:
    """Tell whether the target of a new position on `side` would be filled at once (TAKE_PROFIT_ON_FILL_LOSS)."""
    return side * (leaving - target) >= 0
