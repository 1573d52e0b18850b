"""A session that finds an order doubled sends nothing any more, not even what it had decided before."""

import asyncio

import numpy as np

from fakes.broker import FakeVenue
from fakes.live import ID, quoted, session_of
from fakes.session_store import FakeSessionStore
from mbats.live.store import Condition
from mbats.portfolio.sizing import FixedUnits
from mbats.simulation.simulator import Allocation
from mbats.strategies.signal import Signals, SignalStrategy

PAIRS = ("EUR_USD", "GBP_USD")


class BuySecond(SignalStrategy):
    def decide(self, bars):
        side = (np.arange(len(bars)) == 1).astype(np.int8)
        return Signals(side, stop_distance=np.full(len(bars), 0.01))


def test_nothing_follows_an_order_that_arrived_twice():
    market = {symbol: quoted(symbol, [1.1] * 6) for symbol in PAIRS}
    venue, store = FakeVenue(market, int(market["EUR_USD"].time[0])), FakeSessionStore()
    shares = [Allocation(BuySecond(), (symbol,), FixedUnits(1_000)) for symbol in PAIRS]
    session = session_of(venue, shares, store)
    venue.faults.append("twice")

    async def live():
        while await session.turn():
            assert await venue.next(venue.now())

    asyncio.run(live())
    assert [one.instrument for one in venue.sent] == ["EUR_USD"]
    assert store.states(str(ID))[0].condition is Condition.FAILED
