"""Backtrader's clock: at each time step the feeds move on, the broker matches, strategies hear and decide."""

from __future__ import annotations

import math

from mbats.compiled import compilable, compiled_loop
from mbats.execution.order import OrderType
from mbats.market.columns import FloatColumn, IntColumn
from mbats.simulation.kernel.backtrader_book import Book, Table, order_of
from mbats.simulation.kernel.backtrader_bracket import at_rest, only_brackets
from mbats.simulation.kernel.backtrader_desk import decide, lapses, turn
from mbats.simulation.kernel.backtrader_matching import match
from mbats.simulation.kernel.backtrader_search import follow, next_signal
from mbats.simulation.kernel.backtrader_settlement import settle
from mbats.simulation.kernel.backtrader_ticket import heard
from mbats.simulation.kernel.backtrader_trips import ROWS
from mbats.simulation.kernel.decisions import Decisions
from mbats.simulation.kernel.events import room
from mbats.simulation.kernel.market import Market
from mbats.simulation.kernel.rates import Rates, rate_at
from mbats.simulation.kernel.terms import DONE, FAILED, FULL, PAUSE, ROOM

_ORDERS = 4  # that an instrument can send at a step: an entry with stop, trailing stop and target
_ROWS = 9  # that a decision writes at most: itself, a block, and the orders


@compiled_loop
def run(
    book: Book,
    market: Market,
    day: FloatColumn,
    decisions: Decisions,
    rates: Rates,
    cursors: IntColumn,
    spans: Table,
    until: int,
    quick: bool,
    apart: bool,
) -> int:
    """Go on until so many bars are done, and return how it stands: DONE, ROOM, PAUSE, FAILED or FULL.

    Where one instrument with signals is all there is, `quick` passes the bars at which nothing can happen; the journal
    is the same without.

    Parameters
    ----------
    day
        Opening times as Backtrader's floats: days since the year 1.
    spans
        Room for trades that are done in one go, shape (2, `TRADES`).
    apart
        Whether these tell each bar from the one before.
    """
    alone = quick and len(book.desks) == 1 and not decisions.targets[0]
    brackets = quick and apart and only_brackets(book, decisions)
    tally = book.tallies[0]
    while tally.bars < until:
        if brackets and at_rest(book):
            _trade_on(book, market, day, decisions, rates, cursors, spans)
        elif alone:
            _pass(book, market, decisions)
        status = _standing(book)
        if status != PAUSE:
            return status
        bars = _advance(book, market, day)
        if bars == 0:
            return DONE
        for instrument in range(len(book.desks)):
            if book.desks[instrument].new:
                _look(book, market, day, rates, cursors, instrument)
        match(book)
        _take_turns(book, decisions)
        tally.bars += bars
    return PAUSE


def _standing(book: Book) -> int:
    """Return what keeps the next step from being done, PAUSE if nothing."""
    tally, totals = book.tallies[0], book.totals[0]
    count = len(book.desks)
    alive = totals.queued + tally.orders - totals.checked
    if tally.unknown >= 0:
        return FAILED
    if tally.events + 3 * (alive + _ORDERS * count) + 2 * count > room(book.events):
        return ROOM
    last = tally.orders + _ORDERS * count
    if last - totals.oldest >= len(book.orders):
        totals.oldest = _oldest(book)
    return FULL if alive > len(book.queue) or last - totals.oldest >= len(book.orders) else PAUSE


def _oldest(book: Book) -> int:
    """Return the lowest number of an order that somebody may still look at."""
    oldest = book.totals[0].checked + 1
    for place in range(book.totals[0].queued):
        oldest = min(oldest, _family(book, book.queue[place]))
    for number in range(book.totals[0].checked + 1, book.tallies[0].orders + 1):
        oldest = min(oldest, _family(book, number))
    for instrument in range(len(book.desks)):
        desk = book.desks[instrument]
        if desk.pending:
            oldest = min(oldest, desk.pending)
        for place in range(desk.children):
            oldest = min(oldest, _family(book, book.children[instrument, place]))
    for place in range(book.totals[0].noticed):
        oldest = min(oldest, book.notices[place])
    return int(oldest)


def _family(book: Book, number: int) -> int:
    order = order_of(book, number)
    return int(min(order.leader, order.parent or number))


def _advance(book: Book, market: Market, day: FloatColumn) -> int:
    """Move every feed that has a bar at the next time onto it; return how many have."""
    soonest, bars = math.inf, 0
    for instrument in range(len(book.desks)):
        bar = book.desks[instrument].bar + 1
        if bar < market.start[instrument + 1]:
            soonest = min(soonest, day[bar])
    for instrument in range(len(book.desks)):
        desk = book.desks[instrument]
        desk.new = desk.bar + 1 < market.start[instrument + 1] and day[desk.bar + 1] <= soonest
        desk.bar += desk.new
        desk.row += desk.new
        bars += desk.new
    return bars


def _look(book: Book, market: Market, day: FloatColumn, rates: Rates, cursors: IntColumn, instrument: int) -> None:
    """Take in the bar that an instrument stands on."""
    desk = book.desks[instrument]
    bar = desk.bar
    desk.time, desk.known_at, desk.day = market.time[bar], market.known_at[bar], day[bar]
    desk.open, desk.high = market.open[bar], market.high[bar]
    desk.low, desk.close = market.low[bar], market.close[bar]
    if not desk.at_home:
        desk.rate_opened = rate_at(rates, cursors, desk.currency, desk.time)
        desk.rate_known = rate_at(rates, cursors, desk.currency, desk.known_at)


def _take_turns(book: Book, decisions: Decisions) -> None:
    """Let one strategy after the other hear what ended, then decide at each of its instruments with a new bar.

    Instruments that hear of a fill whose bracket is due have their turn first.
    """
    totals, count, strategy, seat, place = book.totals[0], book.totals[0].noticed, -1, 0, 0
    while seat < len(decisions.sequence):
        instrument = decisions.sequence[seat]
        if book.desks[instrument].strategy != strategy:
            strategy, place = book.desks[instrument].strategy, 0
        place = _hear(book, strategy, place, count)
        if place < count:
            instrument = order_of(book, book.notices[place]).instrument
            place += 1
        else:
            seat += 1
        turn(book, decisions, instrument)
    for place in range(count, totals.noticed):
        book.notices[place - count] = book.notices[place]
    totals.noticed -= count


def _hear(book: Book, strategy: int, place: int, count: int) -> int:
    """Let a strategy hear notices from a place on; return the place of one that leaves a bracket due, else `count`."""
    while place < count:
        number = book.notices[place]
        desk = book.desks[order_of(book, number).instrument]
        if desk.strategy == strategy:
            heard(book, number)
            if desk.unguarded:
                return place
        place += 1
    return place


def _pass(book: Book, market: Market, decisions: Decisions) -> None:
    """Pass the coming bars of the only instrument that can fill no order and at whose close nothing is decided."""
    totals, desk = book.totals[0], book.desks[0]
    held = desk.units != 0.0
    if totals.noticed or totals.checked < book.tallies[0].orders or (held and desk.listens):
        return
    below, above = _levels(book)
    bar, last, empty = desk.bar + 1, market.start[1], totals.queued == 0
    if not held and empty and desk.pending == 0:
        while bar < last and decisions.side[bar] == 0:
            bar += 1
    else:
        while bar < last and _quiet(market, bar, below, above):
            if not held and (decisions.side[bar] != 0 or lapses(book, 0, bar)):
                break
            bar += 1
    passed = bar - 1 - desk.bar
    desk.bar += passed
    desk.row += passed
    totals.cycle += passed
    book.tallies[0].bars += passed


def _trade_on(
    book: Book, market: Market, day: FloatColumn, decisions: Decisions, rates: Rates, cursors: IntColumn, spans: Table
) -> None:
    """Do one trade after the other; where one asks for the general way, stand at its signal, decided upon."""
    tally, last, ended = book.tallies[0], market.start[1], -1
    signal = next_signal(decisions, book.desks[0].bar + 1, last)
    while True:
        fit = (room(book.events) - tally.events - _ROWS) // ROWS
        if signal == last or (fit < 1 and signal != ended):
            _stand(book, signal - 1)
            return
        found = min(fit, follow(market, decisions, spans, signal))
        count = settle(book, market, decisions, rates, cursors, spans[0], found)
        if count == 0:
            _stand(book, signal)
            _look(book, market, day, rates, cursors, 0)
            decide(book, decisions, 0)
            return
        ended = spans[0, count - 1].leave
        signal = next_signal(decisions, ended, last)


def _stand(book: Book, bar: int) -> None:
    """Pass to a bar of the only instrument; whatever was sent before has ended."""
    totals, desk = book.totals[0], book.desks[0]
    passed = bar - desk.bar
    desk.bar += passed
    desk.row += passed
    desk.children = 0
    totals.cycle += passed
    totals.checked, totals.oldest = book.tallies[0].orders, book.tallies[0].orders + 1
    book.tallies[0].bars += passed


def _levels(book: Book) -> tuple[float, float]:
    """Return between which prices no pending order is filled; nothing lies between where one does not wait for a level.

    Children whose entry was not filled yet have no say.
    """
    below, above = -math.inf, math.inf
    for place in range(book.totals[0].queued):
        order = order_of(book, book.queue[place])
        if order.type in (OrderType.MARKET.value, OrderType.TRAILING_STOP.value):
            return math.inf, -math.inf
        if order.awake <= book.totals[0].cycle + 1:
            if (order.units > 0.0) == (order.type == OrderType.LIMIT.value):
                below = max(below, order.price)
            else:
                above = min(above, order.price)
    return below, above


def _quiet(market: Market, bar: int, below: float, above: float) -> bool:
    """Tell whether a bar stays between two levels."""
    opened = market.open[bar]
    return bool(market.low[bar] > below and market.high[bar] < above and below < opened < above)


compilable(_standing, _oldest, _family, _advance, _look, _take_turns, _hear, _trade_on, _stand)
compilable(_pass, _levels, _quiet)
