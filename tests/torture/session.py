"""A session in a process of its own, on the real adapter and the real database, as long as it lives."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import httpx

from fakes.live import desks_of
from mbats.adapters.oanda.access import Access
from mbats.adapters.oanda.pace import TurnPace, WallPace
from mbats.adapters.oanda.timing import LoopTiming
from mbats.adapters.oanda.venue import OandaVenue
from mbats.adapters.oanda.venue_clock import VenueClock
from mbats.clock import SystemClock
from mbats.errors.base import MbatsError
from mbats.errors.live import SessionHeld
from mbats.live.connection import Connection
from mbats.live.session import Session
from mbats.market.local_time import nanoseconds
from torture.life import Hasty, Impatient, Life, Mortal
from torture.wire import Wire

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence
    from datetime import datetime

    from mbats.live.feed import Pace
    from mbats.live.store import SessionStore, SessionTerms
    from mbats.simulation.simulator import Allocation
    from torture.conductor import Conductor
    from torture.schedule import Death

LAST_LOOKS = 4
_HOLD_TRIES = 200


class Staged:
    """Implements `mbats.live.feed.Pace`: incidents happen before the session looks; calm looks follow the end.

    After an uncertain reply the session looks around once more before time passes: it might send again.
    """

    def __init__(self, pace: Pace, life: Life, conductor: Conductor, *, stepped: bool, ends: int) -> None:
        self._pace, self._life, self._conductor = pace, life, conductor
        self._stepped, self._ends = stepped, ends
        self._left: int | None = None

    def now(self) -> datetime:
        return self._pace.now()

    async def next(self, latest: datetime) -> bool:
        if self._stepped and self._life.unsure:
            self._life.unsure = False
            return True
        if self._left is None and not await self._over(latest):
            await self._conductor.perform(nanoseconds(self._pace.now()))
            return True
        if self._left is None:
            await self._conductor.calm()
            self._left = LAST_LOOKS
        self._left -= 1
        return self._left >= 0

    async def _over(self, latest: datetime) -> bool:
        going = await self._pace.next(latest)
        if self._stepped:
            return not going
        return nanoseconds(self._pace.now()) > self._ends and await self._conductor.ended()


class Incarnation:
    """What a process of the session needs to know."""

    def __init__(
        self,
        terms: SessionTerms,
        shares: Sequence[Allocation],
        symbols: Sequence[str],
        store: SessionStore,
        address: dict[str, Any],
        conductor: Conductor,
    ) -> None:
        self.terms, self.shares, self.symbols, self.store = terms, shares, symbols, store
        self.address, self.conductor = address, conductor

    def live(self, death: Death | None, tell: Callable[[Any], None]) -> None:
        """Run the session to the end, its own or the market's; tells the condition, or how it died."""
        asyncio.run(self._live(Life(death, tell), tell))

    async def _live(self, life: Life, tell: Callable[[Any], None]) -> None:
        timing, address = Hasty(LoopTiming()), self.address
        access = Access.at("paper", address["token"], address["account"], address["url"])
        # Streams, and a client as it is, are left to the schedules in flowing time.
        network = Wire() if address["stepped"] else httpx.AsyncHTTPTransport(verify=False)
        async with await OandaVenue.opened(access, Impatient(network, life), timing) as venue:
            try:
                instruments = await venue.instruments.named(self.symbols)
                start = await venue.time()
            except MbatsError as failure:
                tell(f"could not begin: {failure}")
                return
            async with self._pace(venue, start, timing, life) as pace:
                await self.conductor.perform(start)
                connection = Connection(
                    Mortal(venue.broker, life, "send", "transactions", "state"),
                    Mortal(venue.feed, life, "bars", "quotes"),
                    Mortal(pace, life, "next"),
                )
                store = Mortal(self.store, life, "append", "entries", "tell", "states")
                session = Session(self.terms, desks_of(self.shares), connection, store, instruments)
                tell(await _held(session))

    @asynccontextmanager
    async def _pace(self, venue: OandaVenue, start: int, timing: Hasty, life: Life) -> AsyncIterator[Pace]:
        address, stepped = self.address, self.address["stepped"]
        if stepped:
            url, token = address["admin_url"], address["admin_token"]
            network = Wire()
            pace: Any = TurnPace(url, token, "session", after=start, timing=timing, transport=network)
        else:
            speed = address["speed"]
            pace = WallPace(venue.client, VenueClock(SystemClock(), start, speed), speed)
        async with pace:
            yield Staged(pace, life, self.conductor, stepped=stepped, ends=self.conductor.ends)


async def _held(session: Session) -> str:
    """Run it once its predecessor's lock is gone."""
    for _ in range(_HOLD_TRIES):
        try:
            return (await session.run()).value
        except SessionHeld:
            await asyncio.sleep(0.02)
    raise TimeoutError("the session's lock was not freed")
