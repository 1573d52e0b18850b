"""Watchdogs over all sessions of a home, each over a connection of its own."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from mbats.bootstrap import wiring
from mbats.bootstrap.session_market import market_of
from mbats.bootstrap.venue import reach_of, venue
from mbats.errors.base import MbatsError
from mbats.errors.live import NothingToWatch
from mbats.live.memory import Memory
from mbats.live.store import Condition
from mbats.live.watchdog import Posts, Watchdog
from mbats.market.timeframe import Timeframe

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from uuid import UUID

    from mbats.adapters.oanda.venue import OandaVenue
    from mbats.live.store import SessionState, SessionTerms
    from mbats.live.suspicion import Finding
    from mbats.settings import Settings


class Seen(NamedTuple):
    """What one look at a session found."""

    session: str
    findings: Sequence[Finding]
    flattening: bool


@dataclass(slots=True)
class _Post:
    name: str
    watchdog: Watchdog
    venue: OandaVenue
    stack: AsyncExitStack

    async def look(self) -> Seen:
        findings = await self.watchdog.look(await self._time())
        return Seen(self.name, findings, self.watchdog.flattening)

    async def _time(self) -> int | None:
        try:
            return await self.venue.time()
        except MbatsError:
            return None


class Watchdogs:
    """One watchdog a session that has begun and is not over; new sessions are found, finished ones let go.

    Parameters
    ----------
    name
        Of the only session to watch; None: all.
    patience
        Seconds of silence that are no reason to worry.
    """

    def __init__(self, settings: Settings, name: str | None = None, patience: float = 30.0) -> None:
        self._settings, self._name, self._patience = settings, name, patience
        self._store, self._alerts = wiring.session_store(settings), wiring.alerts(settings)
        self._posts: dict[UUID, _Post] = {}

    async def __aenter__(self) -> Watchdogs:
        return self

    async def __aexit__(self, *_: object) -> None:
        for post in self._posts.values():
            await post.stack.aclose()

    async def look(self) -> list[Seen]:
        """Look at every session once."""
        for state in self._sessions():
            if state.terms.id not in self._posts and (post := await self._posted(state.terms)):
                self._posts[state.terms.id] = post
        seen = [await post.look() for post in self._posts.values()]
        for session in [session for session, post in self._posts.items() if post.watchdog.over()]:
            await self._posts.pop(session).stack.aclose()
        return seen

    def _sessions(self) -> list[SessionState]:
        """Return the sessions to watch; while the database is away, those that are known stay."""
        try:
            states = self._store.states(self._name)
        except MbatsError:
            return []
        return [state for state in states if not state.over and state.condition is not Condition.NEW]

    async def _posted(self, terms: SessionTerms) -> _Post | None:
        """Take post at a session; None where it has not begun, or its venue cannot be reached yet."""
        memory = Memory(terms.id, market_of(terms), Timeframe(terms.timeframe))
        stack = AsyncExitStack()
        try:
            memory.fold(self._store.entries(terms.id))
            place = reach_of(terms, self._settings)
            opened = await stack.enter_async_context(venue(place))
        except MbatsError:
            await stack.aclose()
            return None
        if memory.book is None:
            await stack.aclose()
            return None
        posts = Posts(opened.broker, self._store, wiring.beacon(self._settings), self._alerts)
        past = memory.navs, memory.account_navs
        dog = Watchdog(terms, memory.prefix, memory.book, posts, patience=self._patience, past=past)
        return _Post(terms.name, dog, opened, stack)


async def watch(dogs: Watchdogs, every: float, tell: Callable[[Sequence[Seen]], None]) -> None:
    """Look every so many seconds until this is cancelled, and tell what was seen."""
    async with dogs:
        while True:
            tell(await dogs.look())
            await asyncio.sleep(every)


async def watch_once(dogs: Watchdogs) -> list[Seen]:
    """Look at every session once.

    Raises
    ------
    NothingToWatch
    """
    async with dogs:
        if not (seen := await dogs.look()):
            raise NothingToWatch
        return seen
