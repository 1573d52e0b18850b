"""What a bracket that is sent at the close of a bar would bring, by the fill rules `venue`: one trade a row.

The simulator's own rules (`mbats.market.path`, `mbats.execution.fills`, costs), for one trade as if it were alone: no
margin, no account. tests/parity holds them against the kernel.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import mbats.execution.rules  # noqa: F401 - registers the rules of other rooms for compiled callers
from mbats.compiled import compilable, compiled_loop
from mbats.execution.costs import commission
from mbats.execution.fills import (
    NEVER,
    limit_point,
    limit_price,
    slipped,
    stop_on_wrong_side,
    stop_point,
    stop_price,
    target_on_wrong_side,
)
from mbats.market.path import waypoints
from mbats.market.rounding import to_tick

if TYPE_CHECKING:
    from mbats.market.columns import FloatColumn, IntColumn
    from mbats.market.path import Prices


class Paths(NamedTuple):
    """What trades meet: both sides of every bar, and what leaving a position never gets beyond in it; shape (n,)."""

    bid_open: FloatColumn
    bid_high: FloatColumn
    bid_low: FloatColumn
    bid_close: FloatColumn
    ask_open: FloatColumn
    ask_high: FloatColumn
    ask_low: FloatColumn
    ask_close: FloatColumn
    bid_lowest: FloatColumn
    bid_highest: FloatColumn
    ask_lowest: FloatColumn
    ask_highest: FloatColumn


class Orders(NamedTuple):
    """What is sent at the close of each bar, shape (n,); NaN: no such order.

    Attributes
    ----------
    side
        +1 buys, -1 sells, 0 or NaN nothing.
    anchor
        Price from which the distances count; NaN: the fill.
    bars
        Leave at the open after so many bars.
    """

    side: FloatColumn
    anchor: FloatColumn
    stop_distance: FloatColumn
    target_distance: FloatColumn
    bars: int


class Charges(NamedTuple):
    """What trading a unit costs beside the spread, in quote currency.

    Attributes
    ----------
    long_carry, short_carry
        Financing charged from the first bar to the fills in each, shape (n,); see `mbats.labels.carry`.
    """

    tick_numerator: float
    tick_denominator: float
    slippage: float
    fraction: float
    per_unit: float
    long_carry: FloatColumn
    short_carry: FloatColumn


class Results(NamedTuple):
    """What trades brought: net profit a unit, price of entry, the last bar that decided them; shape (n,), filled in."""

    net: FloatColumn
    price: FloatColumn
    last: IntColumn


class Position(NamedTuple):
    """A long (`side` +1) or short (-1) position and the levels at which it is left; NaN: none."""

    side: int
    stop: float
    target: float


@compiled_loop
def simulate(paths: Paths, orders: Orders, charges: Charges, results: Results) -> None:
    """Make the trade of each row; rows without one, or whose end the bars do not show, stay as they are.

    No trade: no order, no next bar, a stop or target on the wrong side at the fill (the venue cancels such an entry).
    """
    for row in range(len(results.net) - 1):
        if abs(orders.side[row]) == 1.0:
            _trade(paths, orders, charges, results, row)


def _trade(paths: Paths, orders: Orders, charges: Charges, results: Results, row: int) -> None:
    bar, side = row + 1, 1 if orders.side[row] > 0 else -1
    entry = slipped(paths.ask_open[bar] if side > 0 else paths.bid_open[bar], side, charges.slippage)
    anchor = entry if math.isnan(orders.anchor[row]) else orders.anchor[row]
    stop = _level(charges, anchor - side * orders.stop_distance[row])
    target = _level(charges, anchor + side * orders.target_distance[row])
    out = paths.bid_open[bar] if side > 0 else paths.ask_open[bar]
    if stop_on_wrong_side(side, stop, out) or target_on_wrong_side(side, target, out):
        return
    leave, left = _exit(paths, bar, orders.bars, Position(side, stop, target), charges.slippage)
    if leave < 0:
        return
    fees = commission(1.0, entry, charges.fraction, charges.per_unit)
    fees += commission(1.0, left, charges.fraction, charges.per_unit)
    carry = charges.long_carry if side > 0 else charges.short_carry
    results.net[row] = side * (left - entry) - fees + (carry[leave] - carry[bar])
    results.price[row], results.last[row] = entry, leave


def _level(charges: Charges, price: float) -> float:
    return price if math.isnan(price) else to_tick(price, charges.tick_numerator, charges.tick_denominator)


def _exit(paths: Paths, entry: int, bars: int, position: Position, slippage: float) -> tuple[int, float]:
    """Return the bar in which a position that opens with bar `entry` is left, and the price; -1: not known yet."""
    long = position.side > 0
    lowest, highest = (paths.bid_lowest, paths.bid_highest) if long else (paths.ask_lowest, paths.ask_highest)
    below, above = (position.stop, position.target) if long else (position.target, position.stop)
    end = entry + bars
    for bar in range(entry, min(end, len(lowest))):
        if lowest[bar] <= below or highest[bar] >= above:
            left = _met(_path(paths, bar, position.side), position, slippage)
            if not math.isnan(left):
                return bar, left
    if end >= len(lowest):
        return -1, math.nan
    return end, slipped(paths.bid_open[end] if long else paths.ask_open[end], -position.side, slippage)


def _path(paths: Paths, bar: int, side: int) -> Prices:
    """Return the way of the side of the market at which a position on `side` leaves."""
    way = waypoints(
        (paths.bid_open[bar], paths.bid_high[bar], paths.bid_low[bar], paths.bid_close[bar]),
        (paths.ask_open[bar], paths.ask_high[bar], paths.ask_low[bar], paths.ask_close[bar]),
    )
    (b0, a0), (b1, a1), (b2, a2), (b3, a3) = way
    return (b0, b1, b2, b3) if side > 0 else (a0, a1, a2, a3)


def _met(path: Prices, position: Position, slippage: float) -> float:
    """Return the price of the stop or the target, whichever the path meets first (the stop where both), or NaN."""
    side, stop, target = -position.side, position.stop, position.target
    stopped = NEVER if math.isnan(stop) else stop_point(path, stop, side, 0.0)
    reached = NEVER if math.isnan(target) else limit_point(path, target, side, 0.0)
    if stopped <= reached and stopped != NEVER:
        return slipped(stop_price(path, stop, side, stopped, 0.0), side, slippage)
    return math.nan if reached == NEVER else limit_price(path, target, side, reached, 0.0)


compilable(_trade, _level, _exit, _path, _met)
