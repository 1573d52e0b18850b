"""Whole trades in one go, where one instrument enters at market with a stop and a target around the signal's close.

The same orders and the same arithmetic as the general way gives, without a queue. Here is where they begin and end:
while flat only the next signal counts, and while in a position only which of the two prices is met first.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from mbats.compiled import compilable
from mbats.portfolio.plan import bracket
from mbats.simulation.kernel.backtrader_book import Book, Table, record
from mbats.simulation.kernel.decisions import Decisions, wish
from mbats.simulation.kernel.prefetch import prefetch
from mbats.strategies.signal import Entry

if TYPE_CHECKING:
    from mbats.simulation.kernel.market import Market


_NEXT = np.uint64(1)
"""Rows that have no sign need no look whether they count from the end; beside signed ones they would be compared as
floats, so they get a sign again before they are returned."""
_AHEAD = 32
"""Rows, some trades: what lies there is read at signals alone, so the processor does not foresee it by itself."""

SPAN = record("signal leave", "stop target")
"""A trade by the bars of its signal and its exit, and its bracket; NaN for a stop or target that it does not have."""


def only_brackets(book: Book, decisions: Decisions) -> bool:
    """Tell whether all trades of a run are of this form; any single one may still take the general way."""
    return (
        len(book.desks) == 1
        and not decisions.targets[0]
        and not book.desks[0].listens
        and not decisions.anchored_on_fill[0]
        and decisions.entry[0] == Entry.MARKET.value
        and len(decisions.trailing_distance) == 0
    )


def at_rest(book: Book) -> bool:
    """Tell whether there is no position, no order and nothing to hear."""
    totals, desk = book.totals[0], book.desks[0]
    sent = totals.queued + book.tallies[0].orders - totals.checked
    waits = sent != 0 or totals.noticed != 0 or desk.pending != 0
    return not waits and bool(desk.units == 0.0 and desk.trade_units == 0.0)


def follow(market: Market, decisions: Decisions, spans: Table, most: int, signal: int) -> int:
    """Note where up to `most` trades begin and end, the first at the signal of a bar, and return how many they are.

    None is noted whose stop or target lies at 0, or that does not end before the bars do.
    """
    last, orderly, count = market.start[1], market.orderly[0], 0
    while count < most and signal + 1 < last:
        prefetch(decisions.stop_distance, signal + _AHEAD)
        prefetch(decisions.target_distance, signal + _AHEAD)
        row = wish(decisions, 0, signal)
        stop, target = bracket(row.side, market.close[signal], row.stop_distance, row.target_distance)
        below, above = bounds(row.side > 0, stop, target)
        leave = _meets(market, signal + 2, below, above, orderly)
        if leave >= last or stop == 0.0 or target == 0.0:
            break
        span = spans[count]
        span.signal, span.leave, span.stop, span.target = signal, leave, stop, target
        signal = next_signal(decisions, leave, last)
        count += 1
    return count


def next_signal(decisions: Decisions, bar: int, last: int) -> int:
    """Return the first bar from `bar` on at which something is wanted, `last` if there is none before."""
    row, end, sides = np.uint64(bar), np.uint64(last), decisions.side
    while row < end and sides[row] == 0:
        row += _NEXT
    return int(np.int64(row))


def bounds(long: bool, stop: float, target: float) -> tuple[float, float]:
    """Return stop and target as the lower and the upper price; infinitely far away where there is none."""
    below, above = stop if long else target, target if long else stop
    return -math.inf if math.isnan(below) else below, math.inf if math.isnan(above) else above


def _meets(market: Market, bar: int, below: float, above: float, orderly: bool) -> int:
    """Return the first bar from `bar` on that meets one of two prices; one branch a bar."""
    row, end = np.uint64(bar), np.uint64(market.start[1])
    opens, highs, lows = market.open, market.high, market.low
    if orderly:
        while row < end and not ((lows[row] <= below) | (highs[row] >= above)):
            row += _NEXT
        return int(np.int64(row))
    while row < end:
        falls, rises = (lows[row] <= below) | (opens[row] <= below), (highs[row] >= above) | (opens[row] >= above)
        if falls | rises:
            break
        row += _NEXT
    return int(np.int64(row))


compilable(only_brackets, at_rest, follow, next_signal, bounds, _meets)
