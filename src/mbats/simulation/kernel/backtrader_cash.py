"""Backtrader's arithmetic of prices, cash and positions: the last bit depends on the order of operations."""

from __future__ import annotations

import math
from typing import NamedTuple

from mbats.compiled import compilable


class Netted(NamedTuple):
    """A position after a fill, and what of the fill opened and closed; signed like the fill."""

    units: float
    price: float
    opened: float
    closed: float


def netted(held: float, average: float, units: float, price: float) -> Netted:
    """Return what a position of `held` units at `average` becomes when `units` are filled at `price`."""
    after = held + units
    if after == 0.0:
        return Netted(after, 0.0, 0.0, units)
    if held == 0.0:
        return Netted(after, price, units, 0.0)
    if held * units > 0.0:
        return Netted(after, (average * held + units * price) / after, units, 0.0)
    if held * after > 0.0:
        return Netted(after, average, 0.0, units)
    return Netted(after, price, after, -held)


def closing_cash(cash: float, closed: float, average: float, price: float, fee: float) -> float:
    """Return the cash after `closed` units of a position bought at `average` were closed at `price`."""
    return cash + (-closed * average + -closed * (price - average)) - fee


def opening_cash(cash: float, opened: float, price: float, fee: float) -> float:
    """Return the cash after `opened` units were opened at `price`; a short sale brings cash in."""
    return cash - opened * price - fee


class TradeUpdate(NamedTuple):
    """Units and average price of a trade as Backtrader reports them, and the profit of this step."""

    units: float
    price: float
    profit: float


def traded(held: float, average: float, units: float, price: float) -> TradeUpdate:
    """Return a trade of `held` units after a step of `units`; its last bit can differ from that of cash."""
    after = held + units
    if units == 0.0:
        return TradeUpdate(held, average, 0.0)
    if abs(after) <= abs(held):
        return TradeUpdate(after, average, -units * (price - average))
    return TradeUpdate(after, (held * average + units * price) / after, 0.0)


def met_at(falling: bool, level: float, opened: float, high: float, low: float) -> float:
    """Return the price at which a bar fills an order at `level`, NaN if it does not: the open where that lies beyond.

    `falling` is true of orders that wait for a price at or below their level: a limit to buy, a stop to sell.
    """
    if opened <= level if falling else opened >= level:
        return opened
    return level if (low <= level if falling else high >= level) else math.nan


compilable(met_at, netted, closing_cash, opening_cash, traded)
