"""A session's day on a paper exchange of which a test moves the time, and lets happen what it likes."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from uuid import uuid4

import httpx
import numpy as np

from fakes.live import OFF
from fakes.tapes import at
from mbats.adapters.oanda.access import Access
from mbats.adapters.oanda.broker import OandaBroker
from mbats.adapters.oanda.instruments import Instruments
from mbats.adapters.oanda.venue import OandaVenue
from mbats.live.connection import Connection
from mbats.live.session import Session
from mbats.live.signal_desk import SignalDesk
from mbats.live.store import SessionTerms
from mbats.market.local_time import MINUTE, moment
from mbats.portfolio.sizing import FixedUnits
from mbats.strategies.signal import Signals, SignalStrategy

SYMBOL = "EUR_USD"
ANCHOR = at("2024-01-17T12:00")
START = at("2024-01-17T14:00")


class Once(SignalStrategy):
    """Buys at the close of the bar that opens at `row` after the anchor, and at each of the `again` that follow."""

    row: int = 24
    again: int = 0
    stop: float = 0.0100
    fails_at: int = 10**6

    def decide(self, bars):
        if len(bars) > self.fails_at:
            raise ZeroDivisionError("division by zero")
        rows = np.arange(len(bars))
        side = ((rows >= self.row) & (rows <= self.row + self.again)).astype(np.int8)
        return Signals(side=side, stop_distance=np.full(len(bars), self.stop))


class Finer(Instruments):
    """Instruments with two decimal places more than the venue takes."""

    async def all(self):
        return {name: replace(one, tick=one.tick / 100) for name, one in (await super().all()).items()}


class Heard:
    def __init__(self):
        self.kinds = set()

    def tell(self, kind, text, facts):
        self.kinds.add(kind)


class Paced:
    """Time passes a bar a turn; before the turn of a number happens what `incidents` say."""

    def __init__(self, exchange, turns, incidents):
        self._exchange, self._turns, self._incidents, self._turn = exchange, turns, incidents, 0

    def now(self):
        return moment(self._exchange.venue.exchange.time)

    async def next(self, latest):
        self._turn += 1
        time = self._exchange.venue.exchange.time + 5 * MINUTE
        await asyncio.to_thread(self._exchange.call, self._exchange.venue.step(time))
        if incident := self._incidents.get(self._turn):
            await asyncio.to_thread(incident)
        return self._turn < self._turns


class Day:
    """A session on a paper exchange that stands still but for its turns."""

    def __init__(self, exchange, store, strategy=None, *, units=1_000, limits=None, **facts):
        self.exchange, self.store, self.strategy = exchange, store, strategy or Once()
        self.sizing, self.alerts = FixedUnits(units), Heard()
        self.terms = SessionTerms(
            id=uuid4(),
            name=f"day {uuid4()}",
            run=uuid4(),
            venue="paper",
            url=exchange.url,
            account=exchange.account,
            strategies=({"name": "Once"},),
            instruments=(SYMBOL,),
            timeframe="M5",
            anchor=ANCHOR,
            limits=OFF | (limits or {}),
            options={"bars_wait": 0, "reconcile": 0},
            **facts,
        )
        store.create(self.terms)

    def live(self, turns=6, incidents=None, instruments=Instruments):
        """Run it for so many turns; what was open stays so."""
        asyncio.run(self._live(Paced(self.exchange, turns, incidents or {}), instruments))

    async def _live(self, pace, kind):
        access = Access.at("paper", self.exchange.token, self.exchange.account, self.exchange.url)
        async with await OandaVenue.opened(access) as venue:
            instruments = kind(venue.client)
            traded = await instruments.named([SYMBOL])
            connection = Connection(OandaBroker(venue.client, instruments), venue.feed, pace)
            desk = SignalDesk(self.strategy, [SYMBOL], self.sizing)
            await Session(self.terms, [desk], connection, self.store, traded, alerts=self.alerts).run()

    @property
    def state(self):
        return self.store.states(str(self.terms.id))[0]

    def rows(self, kind):
        return self.store.entries(self.terms.id, kind)

    def admin(self, what, method="POST", **body):
        keys = {"Authorization": f"Bearer {self.exchange.admin_token}"}
        url = f"{self.exchange.admin_url}/v1/{what}"
        httpx.request(method, url, json=body, headers=keys).raise_for_status()
