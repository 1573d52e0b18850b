"""Whole trades in one go, where one instrument enters at market with a stop and a target around the signal's close.

The same orders and the same arithmetic as the general way gives, without a queue. Here is what such a trade is.
"""

from __future__ import annotations

import math

from mbats.compiled import compilable
from mbats.simulation.kernel.backtrader_book import Book, record
from mbats.simulation.kernel.columns import Flag
from mbats.simulation.kernel.decisions import Decisions
from mbats.simulation.kernel.glance import chosen
from mbats.strategies.signal import Entry

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


def bounds(long: Flag, stop: float, target: float) -> tuple[float, float]:
    """Return stop and target as the lower and the upper price; infinitely far away where there is none."""
    below, above = chosen(long, stop, target), chosen(long, target, stop)
    return chosen(below > -math.inf, below, -math.inf), chosen(above < math.inf, above, math.inf)


compilable(only_brackets, at_rest, bounds)
