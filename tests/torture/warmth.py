"""What is done once, so that every process forked from here begins with all code loaded and compiled."""

from __future__ import annotations

import asyncio
import gc

from fakes.broker import FakeVenue
from fakes.live import session_of
from torture import market
from torture.schedule import Schedule


def warm() -> None:
    """Trade a market in memory, once in each way."""
    for targets in (False, True):
        schedule = Schedule(0, ("EUR_USD", "EUR_GBP"), 30, 0, targets, (), (), ())
        bars = market.tape(schedule)
        market.market(bars)
        venue = FakeVenue(bars, int(bars["EUR_USD"].known_at[market.WARM_UP]))
        asyncio.run(session_of(venue, market.allocations(schedule, bars)).run())
    gc.collect()
    gc.freeze()
