"""Where whole trades begin and end.

While flat only the next signal counts, and while in a position only which of two prices is met first. What a trade
gains is looked at later, so searches need not start where the account is flat.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mbats.compiled import compilable
from mbats.portfolio.plan import bracket
from mbats.simulation.kernel.backtrader_book import Table
from mbats.simulation.kernel.backtrader_bracket import bounds
from mbats.simulation.kernel.columns import Flag, Row
from mbats.simulation.kernel.decisions import Decisions, wish
from mbats.simulation.kernel.glance import BARS, SIDES, chosen, until_met, until_wanted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mbats.simulation.kernel.market import Market

_NONE, _NEXT = np.uint64(0), np.uint64(1)
"""Rows that have no sign need no look whether they count from the end; beside signed ones they would be compared as
floats, so they get a sign again before they are returned."""
_BEHIND = np.uint64(2)
"""From a signal to the first bar that can meet its stop or target."""
_STRETCH = np.uint64(1024)
"""Bars from the start of one search to that of the other."""
TRADES = int(_STRETCH) + 2
"""As many at most end within two stretches, since none takes less than two bars; and room for two that have begun."""


class Search(NamedTuple):
    """How far a search for trades is.

    Attributes
    ----------
    row
        The bar to look at next.
    held
        Whether a trade has begun, whose end is searched, at or beyond the prices `below` and `above`; else a signal.
    ended
        So many trades have ended.
    """

    row: Row
    held: Flag
    below: float
    above: float
    ended: int


def follow(market: Market, decisions: Decisions, spans: Table, signal: int) -> int:
    """Note where the next trades begin and end, the first at the signal of a bar, and return how many they are.

    None is noted that does not end before the bars do. The processor waits for most of a search, so another one goes
    on meanwhile, which starts `_STRETCH` bars later as if flat. A trade of both leads both to the same next one: from
    there on the second search has found what the first one would.
    """
    last = np.uint64(market.start[1])
    middle = np.uint64(signal) + _STRETCH
    end = min(middle + _STRETCH, last)
    near = Search(np.uint64(signal), False, -math.inf, math.inf, 0)
    far = Search(middle, False, -math.inf, math.inf, 0)
    while near.row < middle and far.row < end:
        near = _step(market, decisions, spans[0], near, last)
        far = _step(market, decisions, spans[1], far, last)
    while near.row < min(middle, last):
        near = _step(market, decisions, spans[0], near, last)
    return _joined(market, decisions, spans, near, far, last)


def _joined(market: Market, decisions: Decisions, spans: Table, near: Search, far: Search, last: Row) -> int:
    """Go on to a trade that the second search has found, too, append what it found from there, and return the count.

    Where that found none, or nothing that the first one meets, go on to one trade at least.
    """
    place = 0
    while near.row < last and (place < far.ended or near.ended == 0):
        if near.held:
            begun = spans[0, near.ended].signal
            while place < far.ended and spans[1, place].signal < begun:
                place += 1
            if place < far.ended and spans[1, place].signal == begun:
                for more in range(place, far.ended):
                    spans[0, near.ended + more - place] = spans[1, more]
                return near.ended + far.ended - place
        near = _step(market, decisions, spans[0], near, last)
    return near.ended


def _step(market: Market, decisions: Decisions, spans: Table, at: Search, last: Row) -> Search:
    """Look at the next bars for the end of a position, and from there on for the next signal.

    Which of them is there is a coin's toss, so all is said in values, not in branches.
    """
    passed = chosen(at.held, _until_met(market, at.row, last, at.below, at.above), _NONE)
    leave, flat = at.row + passed, passed < BARS
    spans[at.ended].leave = leave
    ended = at.ended + int(at.held & flat)
    begin = leave + _until_wanted(decisions.side, leave, last)
    found = flat & (begin < leave + SIDES)
    sent = min(begin, last - _NEXT)
    wanted = wish(decisions, 0, sent)
    long = wanted.side > 0
    close, side = market.close[sent], chosen(long, 1.0, -1.0)
    stop, target = bracket(side, close, wanted.stop_distance, wanted.target_distance)
    span = spans[ended + int(not flat)]
    span.signal, span.stop, span.target = sent, stop, target
    below, above = bounds(long, stop, target)
    return Search(
        chosen(found, begin + _BEHIND, chosen(flat, begin, leave)),
        found | (at.held & (not flat)),
        chosen(found, below, at.below),
        chosen(found, above, at.above),
        ended,
    )


def next_signal(decisions: Decisions, bar: int, last: int) -> int:
    """Return the first bar from `bar` on at which something is wanted, `last` if there is none before."""
    row, end, sides = np.uint64(bar), np.uint64(last), decisions.side
    while row < end and sides[row] == 0:
        row += _NEXT
    return int(np.int64(row))


def _until_met(market: Market, row: Row, last: Row, below: float, above: float) -> Row:
    """Do what `until_met` does where fewer bars are left, or where opens lie beyond highs and lows, too."""
    if market.orderly[0] and row + BARS <= last:
        return until_met(market.low, market.high, row, below, above)
    passed = _NONE
    while passed < BARS:
        bar = row + passed
        if bar < last:
            opened = market.open[bar]
            falls = (market.low[bar] <= below) | (opened <= below)
            if falls | (market.high[bar] >= above) | (opened >= above):
                break
        passed += _NEXT
    return passed


def _until_wanted(sides: NDArray[np.int8], row: Row, last: Row) -> Row:
    """Do what `until_wanted` does where fewer rows are left."""
    if row + SIDES <= last:
        return until_wanted(sides, row)
    passed = _NONE
    while passed < SIDES and (row + passed >= last or sides[row + passed] == 0):
        passed += _NEXT
    return passed


compilable(follow, next_signal, _joined, _step, _until_met, _until_wanted)
