"""The one way from a bar to prices inside it, for simulated fills and for replay.

A bar tells four prices, not their order. It is taken to have gone open, low, high, close when it closed at or above
its open, and open, high, low, close when it closed below (by mid). These four waypoints are joined by straight lines:
every level on the way is traded through, bid and ask moving by the same share of a segment. Prices jump from one bar's
close to the next bar's open and nowhere else.

Bid and ask take their own lows and highs at the same waypoint, so each side keeps inside its bar and touches both
ends, even where a venue's bid high and ask high came at different moments.

Everything here is plain arithmetic on floats, so that it compiles.
"""

from __future__ import annotations

import math
from typing import TypeAlias

Prices: TypeAlias = tuple[float, float, float, float]
"""Open, high, low and close of one side."""
Quote: TypeAlias = tuple[float, float]
"""Bid and ask."""
Waypoints: TypeAlias = tuple[Quote, Quote, Quote, Quote]


def waypoints(bid: Prices, ask: Prices) -> Waypoints:
    """Return the four (bid, ask) that a bar passes in order, the first its open, the last its close.

    >>> waypoints((5.0, 9.0, 2.0, 6.0), (6.0, 10.0, 3.0, 7.0))
    ((5.0, 6.0), (2.0, 3.0), (9.0, 10.0), (6.0, 7.0))
    """
    low, high = (bid[2], ask[2]), (bid[1], ask[1])
    rising = bid[3] + ask[3] >= bid[0] + ask[0]
    second, third = (low, high) if rising else (high, low)
    return (bid[0], ask[0]), second, third, (bid[3], ask[3])


def price_at(start: float, end: float, share: float) -> float:
    """Return the price after `share` (0..1) of the way from `start` to `end`; exact at both ends, never outside."""
    if share >= 1.0:
        return end
    price = start + (end - start) * share
    return min(max(price, min(start, end)), max(start, end))


def first_touch(level: float, start: float, end: float, from_share: float) -> float:
    """Return the smallest share of the way from `start` to `end`, `from_share` or later, with price `level`, or NaN.

    >>> first_touch(1.5, 1.0, 2.0, 0.0)
    0.5
    """
    if start == end:
        return from_share if level == start else math.nan
    share = (level - start) / (end - start)
    return share if from_share <= share <= 1.0 else math.nan


def first_at_or_below(level: float, start: float, end: float, from_share: float) -> float:
    """Return the smallest share, `from_share` or later, with a price at or below `level`, or NaN."""
    if price_at(start, end, from_share) <= level:
        return from_share
    return crossing(level, start, end, from_share) if end <= level else math.nan


def first_at_or_above(level: float, start: float, end: float, from_share: float) -> float:
    """Return the smallest share, `from_share` or later, with a price at or above `level`, or NaN."""
    if price_at(start, end, from_share) >= level:
        return from_share
    return crossing(level, start, end, from_share) if end >= level else math.nan


def crossing(level: float, start: float, end: float, from_share: float) -> float:
    """Return where a way from a price before `level` to one at or beyond it meets it, whatever the last bit says."""
    return max(from_share, (level - start) / (end - start))
