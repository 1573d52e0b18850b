"""What strategies send to a venue, in compiled code: signals and targets at the close of a bar."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from mbats.compiled import compilable
from mbats.execution.fills import tightened
from mbats.execution.order import OrderType, Reason, Role
from mbats.market.rounding import to_tick
from mbats.portfolio.plan import Holding, Verb, bracket, plan
from mbats.portfolio.signal_rows import SignalRow, risk_distance
from mbats.portfolio.sizing import whole_lots
from mbats.simulation.kernel.decisions import Decisions, looks_at_value, units, wanted, wish
from mbats.simulation.kernel.events import Paper, decided, numbered, ordered, replaced
from mbats.simulation.kernel.rates import rate_at
from mbats.simulation.kernel.venue_book import net_asset_value
from mbats.simulation.kernel.venue_fills import MAIN, Venue, end

if TYPE_CHECKING:
    from mbats.simulation.kernel.market import Market

_MARKET = OrderType.MARKET.value


def decide(venue: Venue, decisions: Decisions, market: Market, book: Any) -> bool:
    """Do what follows from the decision at the present bar; False where a rate is not known that it needs."""
    at = market.start[book.instrument] + book.row
    known, close = market.known_at[at], market.close[at]
    if decisions.targets[book.instrument]:
        return _rebalance(venue, decisions, book, at, known, close)
    return _signal(venue, decisions, book, at, known, close)


def _signal(venue: Venue, decisions: Decisions, book: Any, at: int, known: int, close: float) -> bool:
    k = book.instrument
    if book.position != 0.0:
        if not decisions.manages[k] and decisions.on_open[k] == 0:
            return True
    elif decisions.side[at] == 0 and book.main == 0:
        return True
    row = wish(decisions, k, at)
    if book.main != 0:
        if 0 < book.expiry <= book.row - book.sent:
            end(venue, book, MAIN, Reason.EXPIRED.value, known)
        elif row.side != 0:
            end(venue, book, MAIN, Reason.REPLACED.value, known)
    step = plan(row, decisions.on_open[k], close, _holding(book))
    if step.verb in (Verb.ENTER, Verb.REVERSE):
        return _enter(venue, decisions, book, at, known, close, row, step.verb == Verb.REVERSE)
    if step.verb == Verb.CLOSE:
        place = (book.instrument, book.strategy)
        decided(venue.events, venue.tallies[0], known, place, at, -book.position, close, math.nan, math.nan, 0)
        _close(venue, book, step.role.value, known)
    elif step.verb == Verb.MOVE_STOP:
        _move_stop(venue, book, known, close)
    return True


def _holding(book: Any) -> Holding:
    if book.position == 0.0:
        return Holding(0, math.nan, 0, False, math.nan)
    side = 1 if book.position > 0 else -1
    return Holding(side, book.price, book.row - book.opened + 1, book.moved, book.trigger)


def _enter(
    venue: Venue,
    decisions: Decisions,
    book: Any,
    at: int,
    known: int,
    close: float,
    row: SignalRow,
    reverses: bool,
) -> bool:
    """Decide on an entry and send it; one too small for the lot is blocked, and only closes what it would reverse."""
    rate = rate_at(venue.rates, venue.cursors, book.currency, known)
    if math.isnan(rate):
        return _unknown(venue, book, known)
    distance = risk_distance(row.stop_distance, row.trailing_distance)
    nav = _value(venue, decisions, book)
    full = units(decisions, book.instrument, at, nav, rate, close, distance)
    sized = whole_lots(full * row.size_hint, book.lot)
    stop, target = bracket(row.side, close, row.stop_distance, row.target_distance)
    blocked = Reason.NONE.value if sized != 0.0 else Reason.SIZE_BELOW_LOT.value
    place = (book.instrument, book.strategy)
    decided(venue.events, venue.tallies[0], known, place, at, row.side * sized, close, stop, target, blocked)
    if sized == 0.0:
        if reverses:
            _close(venue, book, Role.EXIT.value, known)
        return True
    kind = _MARKET if reverses else decisions.entry[book.instrument]
    _hold_bracket(book, row, sized, close, stop, target, decisions.anchored_on_fill[book.instrument])
    level = math.nan if kind == _MARKET else _level(book, row.entry_price, close)
    book.sent, book.expiry = book.row, row.expiry_bars
    role = Role.REVERSAL.value if reverses else Role.ENTRY.value
    _send(venue, book, known, role, kind, row.side * (sized + abs(book.position)), level, stop, target)
    return True


def _hold_bracket(
    book: Any, row: SignalRow, sized: float, close: float, stop: float, target: float, anchored_on_fill: bool
) -> None:
    """Remember the bracket that goes live once the entry is filled."""
    trail = row.trailing_distance
    book.held_units = -row.side * sized
    book.held_trigger = row.break_even_trigger
    book.held_stop = not (math.isnan(stop) and math.isnan(trail))
    book.bare = math.isnan(stop)
    book.held_level = (
        _level(book, close - row.side * trail if book.bare else stop, close) if book.held_stop else math.nan
    )
    book.held_distance = row.stop_distance if anchored_on_fill else math.nan
    book.held_trail = math.nan if math.isnan(trail) else to_tick(trail, book.tick_numerator, book.tick_denominator)
    book.held_target = not math.isnan(target)
    book.held_target_level = _level(book, target, close) if book.held_target else math.nan
    book.held_target_distance = row.target_distance if anchored_on_fill else math.nan


def _level(book: Any, price: float, close: float) -> float:
    """Return an order's price on the tick; Backtrader takes an order without one to mean the close."""
    stated = close if math.isnan(price) or price == 0.0 else price
    return to_tick(stated, book.tick_numerator, book.tick_denominator)


def _close(venue: Venue, book: Any, role: int, known: int) -> None:
    """Close the position at market."""
    _send(venue, book, known, role, _MARKET, -book.position, math.nan, math.nan, math.nan)


def _send(
    venue: Venue,
    book: Any,
    known: int,
    role: int,
    kind: int,
    size: float,
    level: float,
    stop: float,
    target: float,
) -> None:
    tally = venue.tallies[0]
    book.main, book.main_role, book.main_type = numbered(tally), role, kind
    book.main_units, book.main_level = size, level
    if role not in (Role.ENTRY.value, Role.REVERSAL.value):
        book.held_stop = book.held_target = False
    paper = Paper(book.instrument, book.strategy, book.main, 0, role, kind)
    ordered(venue.events, tally, known, paper, size, level, stop, target)


def _move_stop(venue: Venue, book: Any, known: int, close: float) -> None:
    """Move the stop to the fill price; a position without one gets one there."""
    book.moved = True
    level, side, tally = _level(book, book.price, close), -1 if book.position > 0 else 1, venue.tallies[0]
    if book.stop != 0:
        level = tightened(book.stop_level, level, side)
        if level != book.stop_level:
            book.stop_level = level
            replaced(venue.events, tally, known, _stop_paper(book), book.stop_units, level)
        return
    book.stop = numbered(tally)
    book.stop_units, book.stop_level, book.stop_from = book.bracket_units, level, 0.0
    book.stop_trail = book.stop_ended = math.nan
    ordered(venue.events, tally, known, _stop_paper(book), book.stop_units, level, math.nan, math.nan)


def _stop_paper(book: Any) -> Paper:
    return Paper(book.instrument, book.strategy, book.stop, book.entry, Role.STOP_LOSS.value, OrderType.STOP.value)


def _rebalance(venue: Venue, decisions: Decisions, book: Any, at: int, known: int, close: float) -> bool:
    """Order what the position lacks of its target; NaN leaves it alone."""
    risk = decisions.risk[at]
    if math.isnan(risk):
        return True
    full = 0.0
    if risk != 0.0:
        rate = rate_at(venue.rates, venue.cursors, book.currency, known)
        if math.isnan(rate):
            return _unknown(venue, book, known)
        full = units(decisions, book.instrument, at, _value(venue, decisions, book), rate, close, math.nan)
    missing = wanted(risk, full, book.lot) - book.position
    if missing != 0.0:
        place = (book.instrument, book.strategy)
        decided(venue.events, venue.tallies[0], known, place, at, missing, close, math.nan, math.nan, 0)
        _send(venue, book, known, Role.REBALANCE.value, _MARKET, missing, math.nan, math.nan, math.nan)
    return True


def _value(venue: Venue, decisions: Decisions, book: Any) -> float:
    """Return the net asset value at the present close, where sizing looks at it."""
    if not looks_at_value(decisions, book.instrument):
        return 0.0
    tally = venue.tallies[0]
    return net_asset_value(venue.books, venue.lots, venue.rates, venue.cursors, venue.terms, tally.cash, tally.known)


def _unknown(venue: Venue, book: Any, time: int) -> bool:
    venue.tallies[0].unknown, venue.tallies[0].unknown_at = book.currency, time
    return False


compilable(decide, _signal, _holding, _enter, _hold_bracket, _level, _close, _send, _move_stop, _stop_paper)
compilable(_rebalance, _value, _unknown)
