"""How a session stands: what it said last, and what its account says now, whether its process lives or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mbats.bootstrap import wiring
from mbats.bootstrap.headroom import headroom
from mbats.bootstrap.session_market import market_of
from mbats.bootstrap.venue import reach_of, venue
from mbats.errors.base import MbatsError
from mbats.live.gate import Gate
from mbats.live.log import Log
from mbats.live.memory import Memory
from mbats.market.calendar import rollovers
from mbats.market.local_time import DAY, moment

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from mbats.execution.broker import AccountState, OpenTrade
    from mbats.live.feed import LiveQuote
    from mbats.live.store import SessionState
    from mbats.market.columns import TimeColumn
    from mbats.portfolio.limit_check import Reading
    from mbats.settings import Settings

_LONGEST_CLOSE = 5 * DAY


@dataclass(frozen=True, slots=True)
class SessionStatus:
    """How a session stands.

    Attributes
    ----------
    time
        The venue's present moment; None where it does not answer, and then `trouble` says why.
    mine
        Numbers of the trades at the venue that are the session's own.
    bar_closed
        By instrument, when the newest bar of the session's log closed; None before the first.
    financing
        When open positions are charged next.
    """

    state: SessionState
    time: datetime | None
    account: AccountState | None
    mine: frozenset[int]
    quotes: Mapping[str, LiveQuote]
    bar_closed: Mapping[str, datetime | None]
    financing: datetime | None
    room: Mapping[str, tuple[Reading, ...]]
    trouble: str = ""

    @property
    def trades(self) -> tuple[OpenTrade, ...]:
        """The venue's open trades of the session's instruments."""
        trades = self.account.trades if self.account else ()
        return tuple(one for one in trades if one.instrument in self.state.terms.instruments)


async def session_status(state: SessionState, settings: Settings) -> SessionStatus:
    """Look at a session's log and, if it answers, at its account."""
    terms, instruments = state.terms, market_of(state.terms)
    log = Log(terms.id, wiring.session_store(settings), lambda: Memory.of(terms, (), instruments))
    log.reread()
    memory, bars = log.memory, log.memory.history
    closed = {symbol: _last(bars.bars(symbol).known_at) for symbol in terms.instruments}
    mine = frozenset(trade.id for trade in memory.book.mine()) if memory.book else frozenset[int]()
    try:
        async with venue(reach_of(terms, settings)) as opened:
            now, account = await opened.time(), await opened.broker.state()
            quotes = await opened.feed.quotes(list(instruments))
    except MbatsError as trouble:
        return SessionStatus(state, None, None, mine, {}, closed, None, {}, str(trouble))
    gate = Gate(log, instruments, terms)
    gate.quotes.update(quotes)
    gate.account = account
    room = headroom(gate, memory, terms.instruments, {}, now) if memory.book else {}
    financing = moment(int(rollovers(now, now + _LONGEST_CLOSE)[0]))
    return SessionStatus(state, moment(now), account, mine, quotes, closed, financing, room)


def _last(known_at: TimeColumn) -> datetime | None:
    return moment(int(known_at[-1])) if len(known_at) else None
