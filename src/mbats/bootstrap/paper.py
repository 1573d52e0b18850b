"""A backtest's strategies on a paper exchange that replays its bars: the real code path, as fast as it goes."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from mbats.adapters.oanda.access import PAPER, Access
from mbats.bootstrap import wiring
from mbats.bootstrap.desks import seated
from mbats.bootstrap.exchange import PaperExchange
from mbats.bootstrap.exchange_market import recorded_market
from mbats.bootstrap.session_financing import financing_told
from mbats.bootstrap.session_market import market_of, market_told
from mbats.bootstrap.session_record import record
from mbats.bootstrap.venue import PaperPlace, Reach, pace, venue
from mbats.clock import SystemClock
from mbats.exchange.pacing import Flowing, Stepped
from mbats.execution.financing import FinancingRates
from mbats.live.connection import Connection
from mbats.live.options import STEPPED
from mbats.live.session import Session
from mbats.live.store import Condition, SessionTerms, Wish
from mbats.market.conversion import required
from mbats.market.local_time import nanoseconds
from mbats.pipelines.backtest import described
from mbats.pipelines.model_use import read_by
from mbats.simulation.watch import unwatched

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping
    from datetime import datetime

    from mbats.live.feed import Pace
    from mbats.live.store import SessionState, SessionStore
    from mbats.market.bars import Bars
    from mbats.pipelines.backtest import Backtest
    from mbats.settings import Settings
    from mbats.simulation.watch import Watch


@dataclass(frozen=True, slots=True)
class PaperTrading:
    """What is to be traded on paper.

    Attributes
    ----------
    backtest
        Its allocations, bars, account and financing; bars before `start` are what strategies warm up on.
    start
        When the session begins, nanoseconds UTC.
    speed
        Seconds of the market in one of ours; None: as fast as the session can follow, turn by turn.
    limits
        Stated limits by name; the others are the usual ones.
    """

    backtest: Backtest
    start: int
    speed: float | None = None
    limits: Mapping[str, str] | None = None
    name: str = ""

    def market(self) -> dict[str, Bars]:
        """Return the bars of the traded instruments, of the pairs that convert their money, of what models read."""
        bars, symbols = self.backtest.data.bars, self.backtest.symbols
        pairs = required(self.backtest.account.currency, {bars[symbol].instrument.quote for symbol in symbols}, bars)
        return {
            symbol: bars[symbol] for symbol in dict.fromkeys([*symbols, *pairs, *read_by(self.backtest.allocations)])
        }

    def terms(self, access: Access) -> SessionTerms:
        """Return what the session is asked to do on the account of `access`."""
        market = self.market()
        instruments = {symbol: bars.instrument for symbol, bars in market.items()}
        shares = zip(self.backtest.allocations, self.backtest.codes, strict=True)
        options = {
            "own_exchange": True,
            "currency": self.backtest.account.currency,
            "synthetic": any(bars.synthetic for bars in market.values()),
            "market": market_told(instruments),
            "financing": financing_told(self.backtest.data.financing or FinancingRates()),
            **(STEPPED if self.speed is None else {}),
        }
        return SessionTerms(
            id=(session := uuid4()),
            name=self.name or f"paper-{session.hex[:8]}",
            run=uuid4(),
            venue=PAPER,
            url=access.url,
            account=access.account,
            strategies=tuple(dict(described(share, code)) for share, code in shares),
            instruments=self.backtest.symbols,
            timeframe=market[self.backtest.symbols[0]].timeframe.name,
            anchor=min(int(bars.time[0]) for bars in market.values()),
            limits=self.limits or {},
            options=options,
            command=self.backtest.command,
            commit=self.backtest.commit,
        )


def trade_on_paper(trading: PaperTrading, settings: Settings, watch: Watch = unwatched) -> SessionState:
    """Run a session to the end of its bars on an exchange of its own, and store it as its run.

    The exchange, its account and its ports are gone afterwards; the session's log and its run stay.

    Raises
    ------
    mbats.errors.live.NoDesk
        A strategy of a kind that no desk serves.
    mbats.errors.exchange_service.NothingToReplay
        No bar is left after the start.
    """
    market = recorded_market(trading.market(), trading.start, trading.backtest.data.financing)
    pacing = Stepped() if trading.speed is None else Flowing(SystemClock(), trading.speed)
    account = trading.backtest.account
    store = wiring.session_store(settings)
    with PaperExchange(market, pacing=pacing, cash=account.cash, currency=account.currency) as paper:
        place = PaperPlace(
            paper.url,
            paper.token,
            paper.account,
            paper.admin_url,
            paper.admin_token,
            stepped=trading.speed is None,
            speed=trading.speed or 1.0,
        )
        reach = Reach(Access.at(PAPER, paper.token, paper.account, paper.url), place)
        terms = trading.terms(reach.access)
        store.create(terms)
        try:
            _apart(_traded(trading, terms, reach, settings, watch))
        finally:
            state = _ended(terms, store)
    record(state, settings, over=True)
    return state


def _ended(terms: SessionTerms, store: SessionStore) -> SessionState:
    """Return how the session ended; one that was interrupted, or failed, will never go on: its exchange is gone."""
    state = next(iter(store.states(str(terms.id))))
    if state.condition is Condition.STOPPED:
        return state
    store.want(terms.id, Wish.STOP, "its exchange is gone")
    if state.condition is not Condition.FAILED:
        with store.hold(terms.id):
            store.tell(terms.id, Condition.STOPPED, "interrupted")
    return next(iter(store.states(str(terms.id))))


def _apart(work: Coroutine[Any, Any, None]) -> None:
    """Run in a loop and thread of its own, since a notebook has a loop already; an interrupt here ends it there."""
    cancel: Future[Callable[[], object]] = Future()

    async def interruptible() -> None:
        task = asyncio.current_task()
        assert task is not None
        cancel.set_result(partial(asyncio.get_running_loop().call_soon_threadsafe, task.cancel))
        await work

    with ThreadPoolExecutor(1, "paper session") as apart:
        running = apart.submit(asyncio.run, interruptible())
        try:
            running.result()
        except KeyboardInterrupt:
            cancel.result()()
            raise


async def _traded(trading: PaperTrading, terms: SessionTerms, place: Reach, settings: Settings, watch: Watch) -> None:
    desks, store = seated(trading.backtest.allocations), wiring.session_store(settings)
    async with venue(place) as opened, pace(place, opened, f"session-{terms.id}") as time:
        instruments = await opened.instruments.named(market_of(terms))
        first = trading.backtest.data.bars[trading.backtest.symbols[0]]
        with watch("Trading on paper", int((first.known_at > trading.start).sum())) as advance:
            connection = Connection(opened.broker, opened.feed, _Counted(time, first, advance))
            await Session(terms, desks, connection, store, instruments).run()


class _Counted:
    """Tells how many bars have passed, as time does, and ends with the last: a clock that flows has no end itself."""

    def __init__(self, pace: Pace, bars: Bars, advance: Callable[[int], None]) -> None:
        self._pace, self._known, self._advance = pace, bars.known_at, advance
        self._passed = self._count()

    def now(self) -> datetime:
        return self._pace.now()

    async def next(self, latest: datetime) -> bool:
        if self._passed == len(self._known):
            return False
        more = await self._pace.next(latest)
        passed = self._count()
        self._advance(passed - self._passed)
        self._passed = passed
        return more

    def _count(self) -> int:
        return int(self._known.searchsorted(nanoseconds(self._pace.now()), side="right"))
