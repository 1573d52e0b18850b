"""What is done once, so that every process forked from here begins with all code loaded and compiled."""

from __future__ import annotations

import asyncio
import gc
from decimal import Decimal

import httpx

from fakes.broker import FakeVenue
from fakes.live import session_of
from mbats.adapters.oanda.access import Access
from mbats.adapters.oanda.venue import OandaVenue
from mbats.bootstrap.exchange import ExchangeService
from mbats.execution.broker import Submit
from mbats.market.timeframe import Timeframe
from torture import market
from torture.life import Impatient
from torture.schedule import Schedule


def warm() -> None:
    """Trade a market in memory, once in each way."""
    for targets in (False, True):
        schedule = Schedule(0, ("EUR_USD", "EUR_GBP"), 30, 0, targets, (), (), ())
        bars = market.tape(schedule)
        market.market(bars)
        venue = FakeVenue(bars, int(bars["EUR_USD"].known_at[market.WARM_UP]))
        asyncio.run(session_of(venue, market.allocations(schedule, bars)).run())
        asyncio.run(_speak(market.market(bars)))
    gc.collect()
    gc.freeze()


async def _speak(made) -> None:
    """Speak with an exchange once, over HTTP."""
    service = ExchangeService(made)
    async with service.opened() as server:
        running = asyncio.create_task(server.run())
        access = Access.at("paper", service.token, service.accounts[0], server.url)
        async with await OandaVenue.opened(access, Impatient(httpx.AsyncHTTPTransport(verify=False))) as venue:
            await venue.time()
            await venue.feed.bars("EUR_USD", Timeframe("H1"), made.start)
            await venue.broker.send(Submit("warm", "EUR_USD", Decimal(1), stop=Decimal(1)))
            await venue.broker.transactions(1)
            await venue.broker.state()
            await venue.feed.quotes(["EUR_USD", "EUR_GBP"])
        await server.venue.step(made.tape.ends)  # over a day's end, which looks up holidays
        server.stop()
        await running
