"""The `venue` fill rules as one compiled loop over time; docs/simulation.md tells the order of events in a bar."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import mbats.simulation.kernel.rules  # noqa: F401 - registers the rules of other rooms for compiled callers
from mbats.compiled import compilable, compiled_loop
from mbats.execution.financing import charge
from mbats.execution.margin import closeout_percent
from mbats.execution.order import OrderType, Reason, Role
from mbats.market.path import waypoints
from mbats.simulation.kernel.events import Paper, financed, margin_called, numbered, ordered, room
from mbats.simulation.kernel.rates import rate_at
from mbats.simulation.kernel.terms import DONE, FAILED, FULL, PAUSE, ROOM
from mbats.simulation.kernel.venue_book import flow, lacks_lots, leaving, margin_used, net_asset_value, profit_at
from mbats.simulation.kernel.venue_fills import MAIN, Venue, fill, match
from mbats.simulation.kernel.venue_orders import decide

if TYPE_CHECKING:
    from mbats.market.columns import IntColumn
    from mbats.simulation.kernel.decisions import Decisions
    from mbats.simulation.kernel.events import Events
    from mbats.simulation.kernel.market import Market
    from mbats.simulation.kernel.rates import Rates
    from mbats.simulation.kernel.terms import Financing, Terms

_ROWS_A_BAR = 32
_LAST = 2**63 - 1


@compiled_loop
def run_venue(
    market: Market,
    decisions: Decisions,
    rates: Rates,
    cursors: IntColumn,
    terms: Terms,
    financing: Financing,
    books: Any,
    lots: Any,
    events: Events,
    tallies: Any,
    until: int,
) -> int:
    """Go from time to time until `until` bars are done; everything that it changes is in books, lots and tallies."""
    venue = Venue(books, lots, rates, cursors, terms, events, tallies)
    tally = tallies[0]
    while True:
        if len(books) == 1:
            _skip(venue, market, decisions, financing, books[0])
        time = _next_time(market, books)
        if time == _LAST:
            return DONE
        if tally.bars >= until:
            return PAUSE
        if _lacks_room(venue, market, financing, time):
            return ROOM
        if lacks_lots(books, lots):
            return FULL
        _step(venue, market, financing, time)
        for place in range(len(decisions.sequence)):
            book = books[decisions.sequence[place]]
            if _stands_at(market, book, time) and not decide(venue, decisions, market, book):
                return FAILED


def _next_time(market: Market, books: Any) -> int:
    """Return when the next bar of any instrument opens."""
    time = _LAST
    for k in range(len(books)):
        at = market.start[k] + books[k].row + 1
        if at < market.start[k + 1]:
            time = min(time, market.time[at])
    return time


def _stands_at(market: Market, book: Any, time: int) -> bool:
    """Tell whether an instrument's present bar opened at `time`."""
    return bool(book.row >= 0 and market.time[market.start[book.instrument] + book.row] == time)


def _lacks_room(venue: Venue, market: Market, financing: Financing, time: int) -> bool:
    """Tell whether the events of the bars at `time` may not fit."""
    known, tally = time, venue.tallies[0]
    for k in range(len(venue.books)):
        at = market.start[k] + venue.books[k].row + 1
        if at < market.start[k + 1] and market.time[at] == time:
            known = max(known, market.known_at[at])
    due = tally.day_end
    while due < len(financing.ends) and financing.ends[due] < known:
        due += 1
    rows = (_ROWS_A_BAR + due - tally.day_end) * len(venue.books)
    return bool(tally.events + rows > room(venue.events))


def _step(venue: Venue, market: Market, financing: Financing, time: int) -> None:
    """Run the bars that open at `time`: financing, fills, financing inside the bars, the margin check at the close.

    A day that ended before is charged at its last price, not at the one that the market comes back with.
    """
    books, tally, known = venue.books, venue.tallies[0], time
    _charge(venue, financing, time - 1)
    for k in range(len(books)):
        book, at = books[k], market.start[k] + books[k].row + 1
        if at < market.start[k + 1] and market.time[at] == time:
            book.row += 1
            tally.bars += 1
            book.bid, book.ask = market.bid_open[at], market.ask_open[at]
            known = max(known, market.known_at[at])
    _charge(venue, financing, time)
    for k in range(len(books)):
        book = books[k]
        if (book.main != 0 or book.stop != 0 or book.goal != 0) and _stands_at(market, book, time):
            _walk(venue, market, book, time)
    for k in range(len(books)):
        if _stands_at(market, books[k], time):
            at = market.start[k] + books[k].row
            books[k].bid, books[k].ask = market.bid_close[at], market.ask_close[at]
    _charge(venue, financing, known - 1)
    tally.known = known
    if _exhausted(venue, known):
        for k in range(len(books)):
            if books[k].position != 0.0 and _stands_at(market, books[k], time):
                _close_out(venue, books[k], known)


def _walk(venue: Venue, market: Market, book: Any, time: int) -> None:
    at = market.start[book.instrument] + book.row
    (b0, a0), (b1, a1), (b2, a2), (b3, a3) = waypoints(
        (market.bid_open[at], market.bid_high[at], market.bid_low[at], market.bid_close[at]),
        (market.ask_open[at], market.ask_high[at], market.ask_low[at], market.ask_close[at]),
    )
    match(venue, book, (b0, b1, b2, b3), (a0, a1, a2, a3), time)


def _charge(venue: Venue, financing: Financing, until: int) -> None:
    """Charge the ends of trading days up to `until` that were not charged before."""
    tally = venue.tallies[0]
    while tally.day_end < len(financing.ends) and financing.ends[tally.day_end] <= until:
        end = tally.day_end
        tally.day_end += 1
        for k in range(len(venue.books)):
            if venue.books[k].position != 0.0:
                _finance(venue, financing, venue.books[k], end)


def _finance(venue: Venue, financing: Financing, book: Any, end: int) -> None:
    k, when, mid, tally = book.instrument, financing.ends[end], (book.bid + book.ask) / 2, venue.tallies[0]
    if math.isnan(financing.days[k, end]):
        return
    amount = charge(
        book.position, mid, financing.long_rate[k, end], financing.short_rate[k, end], financing.days[k, end]
    )
    if amount != 0.0:
        rate = rate_at(venue.rates, venue.cursors, book.currency, when)
        tally.cash += flow(book, venue.terms, amount, rate)
        financed(venue.events, tally, when, (k, book.strategy), book.currency, amount, rate)


def _exhausted(venue: Venue, known: int) -> bool:
    """Tell whether the venue closes everything now."""
    used = margin_used(venue.books, venue.rates, venue.cursors, known)
    if used == 0.0:
        return False
    cash = venue.tallies[0].cash
    nav = net_asset_value(venue.books, venue.lots, venue.rates, venue.cursors, venue.terms, cash, known)
    return closeout_percent(used, nav) >= 1


def _close_out(venue: Venue, book: Any, known: int) -> None:
    """Close a position at the last price, without slippage."""
    tally, units, price, reason = venue.tallies[0], book.position, leaving(book), Reason.MARGIN_CLOSEOUT.value
    margin_called(venue.events, tally, known, (book.instrument, book.strategy), units)
    waits = (book.main, book.main_role, book.main_type)
    book.main, book.main_role, book.main_type = numbered(tally), Role.CLOSEOUT.value, OrderType.MARKET.value
    paper = Paper(book.instrument, book.strategy, book.main, 0, Role.CLOSEOUT.value, OrderType.MARKET.value)
    ordered(venue.events, tally, known, paper, -units, math.nan, math.nan, math.nan)
    fill(venue, book, MAIN, -units, price, 3.0, 0.0, known, reason)
    book.main, book.main_role, book.main_type = waits


def _skip(venue: Venue, market: Market, decisions: Decisions, financing: Financing, book: Any) -> None:
    """Step over bars at which nothing can happen to the only instrument.

    Flat without an order: up to the next decision. In a position: while its bracket is not touched, no day ends, and
    no price of the whole market could exhaust the account.
    """
    if book.main != 0:
        return
    row, end = book.row + 1, len(market.time)
    if book.position == 0.0:
        row = _next_decision(decisions, row, end)
    elif _rests(venue, market, decisions, book):
        row = _next_touch(venue, market, decisions, financing, book, row, end)
    venue.tallies[0].bars += row - book.row - 1
    book.row = row - 1
    if book.row >= 0:
        book.bid, book.ask = market.bid_close[book.row], market.ask_close[book.row]


def _next_decision(decisions: Decisions, row: int, end: int) -> int:
    if decisions.targets[0]:
        while row < end and math.isnan(decisions.risk[row]):
            row += 1
    else:
        while row < end and decisions.side[row] == 0:
            row += 1
    return row


def _rests(venue: Venue, market: Market, decisions: Decisions, book: Any) -> bool:
    """Tell whether a position needs nothing but its bracket until the next day's end."""
    if decisions.manages[0] or not market.orderly[0] or (book.stop != 0 and not math.isnan(book.stop_trail)):
        return False
    rate, worst = market.highest_rate[0], market.lowest[0] if book.position > 0 else market.highest[0]
    loss = min(0.0, profit_at(book, venue.lots, worst)) * rate * (1 + venue.terms.markup)
    used = abs(book.position) * market.highest[0] * rate * book.margin_rate
    return bool(used < 1.9 * (venue.tallies[0].cash + loss))


def _next_touch(
    venue: Venue, market: Market, decisions: Decisions, financing: Financing, book: Any, row: int, end: int
) -> int:
    day_end, due = venue.tallies[0].day_end, _LAST
    if day_end < len(financing.ends):
        due = financing.ends[day_end]
    floor, ceiling = -math.inf, math.inf
    if book.stop != 0 and book.position > 0:
        floor = book.stop_level
    elif book.stop != 0:
        ceiling = book.stop_level
    if book.goal != 0 and book.position > 0:
        ceiling = book.goal_level
    elif book.goal != 0:
        floor = book.goal_level
    low = market.bid_low if book.position > 0 else market.ask_low
    high = market.bid_high if book.position > 0 else market.ask_high
    listens = decisions.on_open[0] != 0
    if decisions.targets[0]:
        while row < end and math.isnan(decisions.risk[row]) and market.known_at[row] <= due:
            row += 1
    else:
        while row < end and low[row] > floor and high[row] < ceiling and market.known_at[row] <= due:
            if listens and decisions.side[row] != 0:
                break
            row += 1
    return row


compilable(_next_time, _stands_at, _lacks_room, _step, _walk, _charge, _finance, _exhausted, _close_out)
compilable(_skip, _next_decision, _rests, _next_touch)
