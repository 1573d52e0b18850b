"""Where the orders of a venue meet a bar, in compiled code; the rules are those of `mbats.execution.fills`."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from mbats.compiled import compilable
from mbats.execution.costs import commission
from mbats.execution.fills import (
    NEVER,
    limit_point,
    limit_price,
    price_along,
    slipped,
    stop_on_wrong_side,
    stop_point,
    stop_price,
    target_on_wrong_side,
    tightened,
    trail,
)
from mbats.execution.margin import affordable
from mbats.execution.order import OrderType, Reason, Role
from mbats.ledger.journal import Kind
from mbats.market.rounding import to_tick
from mbats.simulation.kernel.events import Paper, ended, filled, numbered, ordered, paid
from mbats.simulation.kernel.rates import rate_at
from mbats.simulation.kernel.venue_book import (
    close_lots,
    flow,
    infinitely,
    lot_units,
    margin_of,
    margin_used,
    net_asset_value,
    open_lot,
)

if TYPE_CHECKING:
    from mbats.market.columns import IntColumn
    from mbats.market.path import Prices
    from mbats.simulation.kernel.events import Events
    from mbats.simulation.kernel.rates import Rates
    from mbats.simulation.kernel.terms import Terms

MAIN, STOP, GOAL = 0, 1, 2
_MARKET_TURN, _STOP_TURN, _LIMIT_TURN = 0, 1, 2
_NO, _SL, _TP = Role.ENTRY.value, Role.STOP_LOSS.value, Role.TAKE_PROFIT.value


class Venue(NamedTuple):
    """All that filling an order touches."""

    books: Any
    lots: Any
    rates: Rates
    cursors: IntColumn
    terms: Terms
    events: Events
    tallies: Any


class Touch(NamedTuple):
    """Where on the bar's path which order's time has come, and at what price."""

    point: float
    turn: int
    which: int
    price: float


def match(venue: Venue, book: Any, bid: Prices, ask: Prices, time: int) -> None:
    """Fill what a bar fills, in the order in which its path meets the orders that wait."""
    while book.main != 0 or book.stop != 0 or book.goal != 0:
        touch = _first(book, bid, ask)
        if touch.point == NEVER:
            break
        book.bid, book.ask = price_along(bid, touch.point), price_along(ask, touch.point)
        units = _fillable(venue, book, touch.which)
        side = 1 if units > 0 else -1
        slippage = book.slippage if touch.turn != _LIMIT_TURN else 0.0
        price = slipped(touch.price, side, slippage)
        refusal = _refusal(venue, book, units, price, time) if touch.which == MAIN else 0
        if units == 0.0:
            end(venue, book, touch.which, Reason.LINKED_TRADE_CLOSED.value, time)
        elif refusal != 0:
            end(venue, book, touch.which, refusal, time)
        else:
            fill(venue, book, touch.which, units, price, touch.point, slippage, time, 0)
    book.stop_from = book.goal_from = 0.0
    if not math.isnan(book.stop_ended):
        book.stop_level = book.stop_ended


def _first(book: Any, bid: Prices, ask: Prices) -> Touch:
    """Return the order that the path meets first; at the same point market goes before stop, stop before limit."""
    first = Touch(NEVER, 0, MAIN, math.nan)
    if book.main != 0:
        first = _main_touch(book, bid, ask)
    if book.stop != 0:
        first = _earlier(first, _stop_touch(book, bid, ask))
    if book.goal != 0:
        side = 1 if book.goal_units > 0 else -1
        path = ask if side > 0 else bid
        first = _earlier(first, _limit_touch(path, book.goal_level, side, book.goal_from, GOAL))
    return first


def _earlier(first: Touch, other: Touch) -> Touch:
    if other.point < first.point or (other.point == first.point and other.turn < first.turn):
        return other
    return first


def _main_touch(book: Any, bid: Prices, ask: Prices) -> Touch:
    side = 1 if book.main_units > 0 else -1
    path = ask if side > 0 else bid
    if book.main_type == OrderType.MARKET.value:
        return Touch(0.0, _MARKET_TURN, MAIN, path[0])
    if book.main_type == OrderType.LIMIT.value:
        return _limit_touch(path, book.main_level, side, 0.0, MAIN)
    point = stop_point(path, book.main_level, side, 0.0)
    if point == NEVER:
        return Touch(NEVER, _STOP_TURN, MAIN, math.nan)
    return Touch(point, _STOP_TURN, MAIN, stop_price(path, book.main_level, side, point, 0.0))


def _limit_touch(path: Prices, level: float, side: int, start: float, which: int) -> Touch:
    point = limit_point(path, level, side, start)
    if point == NEVER:
        return Touch(NEVER, _LIMIT_TURN, which, math.nan)
    return Touch(point, _LIMIT_TURN, which, limit_price(path, level, side, point, start))


def _stop_touch(book: Any, bid: Prices, ask: Prices) -> Touch:
    side = 1 if book.stop_units > 0 else -1
    path = ask if side > 0 else bid
    level, start = book.stop_level, book.stop_from
    if math.isnan(book.stop_trail):
        point = stop_point(path, level, side, start)
    else:
        point, level = trail(path, level, book.stop_trail, side, start)
        level = to_tick(level, book.tick_numerator, book.tick_denominator)
        book.stop_ended = level
    if point == NEVER:
        return Touch(NEVER, _STOP_TURN, STOP, math.nan)
    return Touch(point, _STOP_TURN, STOP, stop_price(path, level, side, point, start))


def _fillable(venue: Venue, book: Any, which: int) -> float:
    """Return the signed units that an order may fill: a protective one, no more than is left of its lot."""
    if which == MAIN:
        main: float = book.main_units
        return main
    units: float = book.stop_units if which == STOP else book.goal_units
    held = lot_units(book, venue.lots)
    if held * units >= 0:
        return 0.0
    return units if abs(units) <= abs(held) else -held


def _refusal(venue: Venue, book: Any, units: float, price: float, time: int) -> int:
    """Return why a main order may not fill, 0 if it may; sets the levels of its bracket."""
    after = book.position + units
    if after * units <= 0:
        return 0
    rates, cursors, cash = venue.rates, venue.cursors, venue.tallies[0].cash
    others = margin_used(venue.books, rates, cursors, time) - margin_of(book, rates, cursors, book.position, time)
    nav = net_asset_value(venue.books, venue.lots, rates, cursors, venue.terms, cash, time)
    if not affordable(others + margin_of(book, rates, cursors, after, time), nav):
        return Reason.INSUFFICIENT_MARGIN.value
    side = 1 if after > 0 else -1
    out = book.bid if side > 0 else book.ask
    if book.held_stop:
        _protect(book, -side, price, out)
        if stop_on_wrong_side(side, book.held_level, out):
            return Reason.STOP_LOSS_ON_FILL_LOSS.value
    if book.held_target:
        if not math.isnan(book.held_target_distance):
            level = price + side * book.held_target_distance
            book.held_target_level = to_tick(level, book.tick_numerator, book.tick_denominator)
        if target_on_wrong_side(side, book.held_target_level, out):
            return Reason.TAKE_PROFIT_ON_FILL_LOSS.value
    return 0


def _protect(book: Any, side: int, price: float, out: float) -> None:
    """Set the level of the stop that goes live with a fill; `side` is that of the stop's own order."""
    if not math.isnan(book.held_distance):
        level = price + side * book.held_distance
        book.held_level = to_tick(level, book.tick_numerator, book.tick_denominator)
    if book.bare:
        book.held_level = infinitely(side)
    if not math.isnan(book.held_trail):
        level = to_tick(out + side * book.held_trail, book.tick_numerator, book.tick_denominator)
        book.held_level = tightened(book.held_level, level, side)


def end(venue: Venue, book: Any, which: int, reason: int, time: int) -> None:
    """Take an order that waits off the book unfilled; a main order's bracket goes with it."""
    kind = Kind.CANCEL.value
    if reason == Reason.EXPIRED.value:
        kind = Kind.EXPIRY.value
    elif reason == Reason.INSUFFICIENT_MARGIN.value:
        kind = Kind.REJECT.value
    paper = _paper(book, which)
    _forget(book, which)
    ended(venue.events, venue.tallies[0], time, kind, paper, reason)


def fill(
    venue: Venue,
    book: Any,
    which: int,
    units: float,
    price: float,
    point: float,
    slippage: float,
    time: int,
    reason: int,
) -> None:
    """Net `units` against the lots, open one with the rest, book the money, end and wake what hangs on it."""
    lots, terms, events, tally = venue.lots, venue.terms, venue.events, venue.tallies[0]
    paper = _paper(book, which)
    _forget(book, which)
    closed, profit, gone = close_lots(book, lots, units, price)
    opened = units - closed
    if opened != 0.0:
        open_lot(book, lots, opened, price, paper.number)
    book.position += units
    rate = rate_at(venue.rates, venue.cursors, book.currency, time)
    mid = (book.bid + book.ask) / 2
    filled(events, tally, time, paper, book.currency, units, price, mid, slippage, profit, rate)
    fraction, per_unit = terms.fraction, terms.per_unit
    fees = -(commission(closed, price, fraction, per_unit) + commission(opened, price, fraction, per_unit))
    paid(events, tally, time, paper, book.currency, fees, rate)
    tally.cash += flow(book, terms, profit, rate)
    tally.cash += flow(book, terms, fees, rate)
    if gone:
        end_bracket(venue, book, reason if reason != 0 else Reason.LINKED_TRADE_CLOSED.value, time)
    if opened != 0.0 and paper.role in (Role.ENTRY.value, Role.REVERSAL.value):
        _open_position(venue, book, paper, units, price, point, time)


def end_bracket(venue: Venue, book: Any, reason: int, time: int) -> None:
    """Cancel stop and target of a lot that is gone, in the order in which they were sent."""
    if book.goal != 0 and book.goal < book.stop:
        end(venue, book, GOAL, reason, time)
    if book.stop != 0:
        end(venue, book, STOP, reason, time)
    if book.goal != 0:
        end(venue, book, GOAL, reason, time)


def _open_position(venue: Venue, book: Any, paper: Paper, units: float, price: float, point: float, time: int) -> None:
    """Remember the fill of an entry and let its bracket live from there on."""
    tally = venue.tallies[0]
    book.entry, book.opened, book.moved = paper.number, book.row, False
    book.price = units * price / units  # as Backtrader averages the parts of a fill
    book.trigger, book.bracket_units = book.held_trigger, book.held_units
    if book.held_stop:
        book.stop = numbered(tally)
        book.stop_units, book.stop_level, book.stop_from = book.held_units, book.held_level, point
        book.stop_trail, book.stop_ended = book.held_trail, math.nan
        ordered(venue.events, tally, time, _paper(book, STOP), book.stop_units, book.stop_level, math.nan, math.nan)
    if book.held_target:
        book.goal = numbered(tally)
        book.goal_units, book.goal_level, book.goal_from = book.held_units, book.held_target_level, point
        ordered(venue.events, tally, time, _paper(book, GOAL), book.goal_units, book.goal_level, math.nan, math.nan)


def _paper(book: Any, which: int) -> Paper:
    if which == STOP:
        return Paper(book.instrument, book.strategy, book.stop, book.entry, _SL, OrderType.STOP.value)
    if which == GOAL:
        return Paper(book.instrument, book.strategy, book.goal, book.entry, _TP, OrderType.LIMIT.value)
    return Paper(book.instrument, book.strategy, book.main, 0, book.main_role, book.main_type)


def _forget(book: Any, which: int) -> None:
    if which == STOP:
        book.stop = 0
    elif which == GOAL:
        book.goal = 0
    else:
        book.main = 0


compilable(match, _first, _earlier, _main_touch, _limit_touch, _stop_touch, _fillable, _refusal, _protect)
compilable(end, fill, end_bracket, _open_position, _paper, _forget)
