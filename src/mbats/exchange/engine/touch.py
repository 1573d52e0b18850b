"""Where on its way a market meets an order, by the one path of `mbats.market.path`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbats.market.path import first_at_or_above, first_at_or_below

if TYPE_CHECKING:
    from decimal import Decimal

    from mbats.exchange.engine.market import Sides
    from mbats.exchange.engine.order import Order


_EXACT = 9  # decimal places: half a tick of any instrument, free of the last bits of an addition


def watched(order: Order, sides: Sides) -> float:
    """Return the price that an order looks at: who buys, at the ask, unless its trigger condition says otherwise.

    A limit is never filled worse than its price, whatever triggers it, so it always looks at the side it trades on.
    """
    bid, ask = sides
    condition = "DEFAULT" if order.is_limit else order.terms["triggerCondition"]
    if condition == "MID":
        return round((bid + ask) / 2, _EXACT)
    if condition in ("BID", "ASK"):
        return ask if condition == "ASK" else bid
    return ask if order.buys == (condition == "DEFAULT") else bid


def looks_where_it_trades(order: Order) -> bool:
    """Tell whether the price that triggers an order is the one it is filled at."""
    sides = (0.0, 1.0)
    return watched(order, sides) == (1.0 if order.buys else 0.0)


def first_touch(order: Order, way: tuple[Sides, Sides], share: float) -> float:
    """Return the smallest share of the way, `share` or later, at which an order is met; NaN if it is not."""
    here, there = way
    rule = first_at_or_above if order.rises else first_at_or_below
    return rule(float(order.level), watched(order, here), watched(order, there), share)


def met(order: Order, sides: Sides) -> bool:
    """Tell whether an order is met by prices as they stand."""
    price = watched(order, sides)
    return price >= float(order.level) if order.rises else price <= float(order.level)


def trailing_level(order: Order, sides: Sides, tick: Decimal) -> Decimal:
    """Return where a trailing stop stands now: it follows its price at a distance, and only ever comes closer."""
    price, distance, step = watched(order, sides), float(order.terms["distance"]), float(tick)
    proposed = price + distance if order.buys else price - distance
    level = round(round(proposed / step, 6)) * tick
    if order.trailing is None:
        return level
    return min(order.trailing, level) if order.buys else max(order.trailing, level)
