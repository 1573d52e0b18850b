"""A session's next step, rehearsed: all is read and decided as it would be, nothing is sent or kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mbats.bootstrap.desks import desks
from mbats.bootstrap.headroom import headroom
from mbats.bootstrap.session_market import market_of
from mbats.bootstrap.venue import reach_of, venue
from mbats.execution.broker import Submit
from mbats.live.connection import Connection
from mbats.live.memory import START
from mbats.live.plain import plain
from mbats.live.rehearsal import Listener, RehearsalStore
from mbats.live.session import Session
from mbats.live.store import Entry
from mbats.market.local_time import DAY, moment
from mbats.market.timeframe import Timeframe

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from mbats.execution.broker import Instruction
    from mbats.live.feed import Feed
    from mbats.live.store import SessionTerms
    from mbats.portfolio.limit_check import Reading
    from mbats.settings import Settings


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a session would do now.

    Attributes
    ----------
    sent
        What would go out.
    kept_back
        What would not, and why, by decision.
    room
        How each limit stands, by instrument, with what would be sent counted in.
    trouble
        Why it could not go on; empty if it could.
    """

    time: datetime
    sent: Sequence[Instruction]
    kept_back: Mapping[str, Any]
    room: Mapping[str, tuple[Reading, ...]]
    trouble: str = ""


class _Standstill:
    """Implements `mbats.live.feed.Pace` for one moment."""

    def __init__(self, now: int) -> None:
        self._now = now

    def now(self) -> datetime:
        """Return the moment."""
        return moment(self._now)

    async def next(self, latest: datetime) -> bool:  # noqa: ARG002 - the port's form
        """Return that there is no other."""
        return False


async def rehearse(terms: SessionTerms, settings: Settings) -> Rehearsal:
    """Decide on the last complete bar of every instrument as a session would that began before it closed."""
    seats, instruments = desks(terms, settings), market_of(terms)
    async with venue(reach_of(terms, settings)) as opened:
        now = await opened.time()
        store, listener = RehearsalStore(terms, moment(now)), Listener(opened.broker)
        state, since = await opened.broker.state(), await _last_close(opened.feed, terms, now)
        store.append(terms.id, [Entry("note", START, since, {"text": "rehearsal", "state": plain(state)})])
        live = Session(terms, seats, Connection(listener, opened.feed, _Standstill(now)), store, instruments)
        went_on = await live.turn()
        live.gate.quotes.update(await opened.feed.quotes(list(instruments)))
        live.gate.account = state
    kept_back = {entry.key: entry.body for entry in store.entries(terms.id, "blocked")}
    wanted = [order for one in live.memory.decisions.values() for order in one.orders]
    orders = {order.instrument: order for order in [*wanted, *listener.heard] if isinstance(order, Submit)}
    room = headroom(live.gate, live.memory, terms.instruments, orders, now)
    trouble = "" if went_on else store.states()[0].reason
    return Rehearsal(moment(now), listener.heard, kept_back, room, trouble)


async def _last_close(feed: Feed, terms: SessionTerms, now: int) -> int:
    """Return when the last bar closed of the instrument whose last bar is the oldest."""
    timeframe = Timeframe(terms.timeframe)
    start = max(terms.anchor, now - max(10 * DAY, 4 * timeframe.nanoseconds))
    tables = [await feed.bars(symbol, timeframe, start) for symbol in terms.instruments]
    return min((int(bars.known_at[-1]) for bars in tables if len(bars)), default=now)
