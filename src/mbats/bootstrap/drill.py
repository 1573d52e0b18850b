"""The fire drill: a watchdog that finds a breached limit on a paper exchange, and how long it takes to be flat."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from uuid import uuid4

from mbats.adapters.files.beacon import FolderBeacon
from mbats.adapters.oanda.access import PAPER, Access
from mbats.bootstrap.exchange import PaperExchange
from mbats.bootstrap.exchange_market import recorded_market
from mbats.bootstrap.venue import PaperPlace, Reach, venue
from mbats.clock import SystemClock
from mbats.errors.drill import DrillFailed
from mbats.exchange.pacing import Flowing
from mbats.execution.broker import Fate, Submit
from mbats.live.alerts import Silent
from mbats.live.beacon import Beat
from mbats.live.book import Book
from mbats.live.memory import prefix
from mbats.live.rehearsal import RehearsalStore
from mbats.live.store import SessionTerms
from mbats.live.watchdog import Posts, Watchdog
from mbats.market.planted import planted
from mbats.market.timeframe import Timeframe
from mbats.secmaster.moments import instant

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from mbats.adapters.oanda.venue import OandaVenue

SYMBOLS = ("EUR_USD", "GBP_USD", "AUD_USD")
_UNITS = Decimal(100_000)
_STOP = Decimal("0.10000")
_LOSS = {"EUR_USD": "-0.02000", "GBP_USD": "-0.02000", "AUD_USD": "-0.02000"}
_LONGEST = 120.0
_CLOCK = SystemClock()


@dataclass(frozen=True, slots=True)
class Drill:
    """What one exercise measured, in seconds of the wall clock.

    Attributes
    ----------
    noticed
        From the breach to the watchdog's decision.
    flat
        From the breach, or from the end of the halt, until the exchange itself showed no open trade.
    trades
        How many were open.
    """

    name: str
    trades: int
    noticed: float
    flat: float


async def drill(every: float, halt: float) -> list[Drill]:
    """Let a loss limit be breached with the market open, and once more while one instrument is halted.

    Parameters
    ----------
    every
        Seconds between the watchdog's looks.
    halt
        Seconds that the instrument stays halted after the breach.

    Raises
    ------
    mbats.errors.drill.DrillFailed
        Positions were still open after two minutes.
    """
    async with _scene() as scene:
        opened = await scene.exercise("market open", every, 0.0)
    async with _scene() as scene:
        halted = await scene.exercise("one instrument halted", every, halt)
    return [opened, halted]


class _Scene:
    """A paper exchange with an account full of trades, and a watchdog over it."""

    def __init__(
        self, paper: PaperExchange, opened: OandaVenue, watchdog: Watchdog, beat: Callable[[Book], None]
    ) -> None:
        self._paper, self._venue, self._watchdog, self._beat = paper, opened, watchdog, beat

    async def exercise(self, name: str, every: float, halt: float) -> Drill:
        """Breach the loss limit and look until everything is closed."""
        trades = len((await self._venue.broker.state()).trades)
        await self._look()
        venue = self._paper.venue
        if halt:
            self._paper.call(venue.halt([SYMBOLS[0]]))
        for symbol, by in _LOSS.items():
            self._paper.call(venue.shift(symbol, Decimal(by)))
        breached = origin = _now()
        noticed = None
        while _now() - breached < _LONGEST + halt:
            await asyncio.sleep(every)  # the breach comes right after a look: the worst moment
            await self._look()
            if noticed is None and self._watchdog.flattening:
                noticed = _now() - breached
            if halt and _now() - breached >= halt:
                self._paper.call(venue.resume([SYMBOLS[0]]))
                halt, origin = 0.0, _now()
            if noticed is not None and not (await self._venue.broker.state()).trades:
                return Drill(name, trades, noticed, _now() - origin)
        raise DrillFailed(name=name, seconds=round(_LONGEST))

    async def _look(self) -> None:
        state = await self._venue.broker.state()
        self._beat(Book("", state))
        await self._watchdog.look(await self._venue.time())


@asynccontextmanager
async def _scene() -> AsyncIterator[_Scene]:
    start = instant("2025-01-07T14:00")
    market = planted(SYMBOLS, Timeframe("M5"), instant("2025-01-06"), instant("2025-01-10"), signal=0.0)
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory())
        paper = stack.enter_context(PaperExchange(recorded_market(market, start), pacing=Flowing(_CLOCK)))
        place = PaperPlace(paper.url, paper.token, paper.account, paper.admin_url, paper.admin_token)
        access = Access.at(PAPER, paper.token, paper.account, paper.url)
        opened = await stack.enter_async_context(venue(Reach(access, place)))
        terms = _terms(access)
        book = Book(prefix(terms.id), await opened.broker.state())
        beacon, store = FolderBeacon(Path(folder), _CLOCK), RehearsalStore(terms, _CLOCK.now())
        watchdog = Watchdog(terms, prefix(terms.id), book, Posts(opened.broker, store, beacon, Silent()))
        await _fill(opened, prefix(terms.id))

        def beat(now: Book) -> None:
            held = {trade.instrument: trade.units for trade in now.trades.values()}
            beacon.beat(str(terms.id), Beat(0, now.last, held))

        yield _Scene(paper, opened, watchdog, beat)


async def _fill(opened: OandaVenue, begin: str) -> None:
    quotes = await opened.feed.quotes(SYMBOLS)
    for symbol in SYMBOLS:
        order = Submit(f"{begin}{symbol}", symbol, _UNITS, stop=quotes[symbol].bid - _STOP)
        reply = await opened.broker.send(order)
        if reply.fate is not Fate.DONE:
            raise DrillFailed(name=f"opening a trade in {symbol}", seconds=0)


def _terms(access: Access) -> SessionTerms:
    return SessionTerms(
        uuid4(), "drill", uuid4(), PAPER, access.url, access.account, (), SYMBOLS, "M5", 0, {"daily_loss": "3"}
    )


def _now() -> float:
    return _CLOCK.now().timestamp()
