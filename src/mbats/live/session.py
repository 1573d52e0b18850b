"""A session: turn by turn it hears what is wanted, reads what happened, decides on closed bars and sends."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mbats.errors.base import MbatsError
from mbats.errors.live import DuplicateOrder, HedgingAccount, LogGap
from mbats.live.acts import answers, flattening
from mbats.live.alerts import AlertKind, Silent
from mbats.live.auditor import Auditor
from mbats.live.bar_watch import BarWatch
from mbats.live.beacon import Beat, Dark
from mbats.live.bulletin import Bulletin
from mbats.live.courier import VENUE_DOWN, Courier
from mbats.live.decision import Decision, bar_key
from mbats.live.gate import Gate
from mbats.live.guard import guards
from mbats.live.log import STORE_DOWN, Log
from mbats.live.memory import START, Memory
from mbats.live.options import Options, nanoseconds
from mbats.live.plain import plain
from mbats.live.store import Condition, Entry, Wish
from mbats.live.ticket import Status
from mbats.market.local_time import moment
from mbats.market.local_time import nanoseconds as told
from mbats.market.timeframe import Timeframe
from mbats.portfolio.limit_check import flat_due
from mbats.portfolio.limits import session_limits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mbats.live.alerts import Alerts
    from mbats.live.beacon import Beacon
    from mbats.live.book import Book
    from mbats.live.connection import Connection
    from mbats.live.desk import Desk
    from mbats.live.store import SessionStore, SessionTerms
    from mbats.market.instrument import Instrument

_LONGEST_PAUSE = 60
_LEAVING = {Wish.STOP, Wish.FLATTEN}


class Session:
    """One session on one account.

    Parameters
    ----------
    desks
        One an allocation, in the order of `terms.strategies`.
    instruments
        Those traded, in the order of simulators, then the pairs that convert their money.
    """

    def __init__(
        self,
        terms: SessionTerms,
        desks: Sequence[Desk],
        venue: Connection,
        store: SessionStore,
        instruments: Mapping[str, Instrument],
        *,
        alerts: Alerts | None = None,
        beacon: Beacon | None = None,
    ) -> None:
        self.terms, self._desks, self._venue, self._store = terms, desks, venue, store
        self._options = Options.read(terms.options)
        timeframe = Timeframe(terms.timeframe)
        self._traded = [symbol for symbol in instruments if symbol in terms.instruments]
        self._log = Log(terms.id, store, lambda: Memory(terms.id, instruments, timeframe))
        self._limits = session_limits(terms.limits)
        self.gate = Gate(self._log, instruments, terms)
        self._courier = Courier(self._log, venue.broker, self.gate.block, nanoseconds(self._options.patience))
        wait = nanoseconds(self._options.bars_wait)
        self._watch = BarWatch(self._log, venue.feed, self._traded, timeframe, anchor=terms.anchor, wait=wait)
        self._bulletin, self._beacon = Bulletin(terms.name, alerts or Silent()), beacon or Dark()
        self._auditor = Auditor(self._log, venue.broker, self._courier, self.gate, self._bulletin)
        self._condition, self._failures, self._now, self._begun = Condition.NEW, 0, 0, False

    @property
    def memory(self) -> Memory:
        """All that the session knows."""
        return self._log.memory

    @property
    def book(self) -> Book:
        """The account as the venue's log tells it."""
        assert self.memory.book is not None
        return self.memory.book

    async def run(self) -> Condition:
        """Take turns until the session is over, or the market is.

        Raises
        ------
        mbats.errors.live.SessionHeld
            Another process runs it.
        """
        with self._store.hold(self.terms.id):
            while await self.turn():
                if not await self._venue.pace.next(moment(self._next_look())):
                    self._tell(Condition.STOPPED, "the market has ended")
                    break
        return self._condition

    async def turn(self) -> bool:
        """Do all that is to be done now; False once the session is over."""
        now, before = told(self._venue.pace.now()), self._now
        self._now = now
        try:
            going = await self._attended(now, before)
        except (*STORE_DOWN, *VENUE_DOWN, LogGap) as trouble:
            return self._troubled(trouble)
        except MbatsError as failure:
            return self._failed(failure)
        self._calm()
        return going

    async def _attended(self, now: int, before: int) -> bool:
        wish = self._heard(now, before)
        if not self._begun:
            await self._begin(now)
        await self._courier.read()
        if wish not in _LEAVING:
            self._refuse_duplicates()
            await self._watch.poll(now)
            self._decide(now)
        if self.gate.account is None:
            await self._audit(now)
        self._demand(now, wish)
        await self._deliver(now)
        if wish not in _LEAVING:
            self._refuse_duplicates()
        await self._audit(now)
        if wish is Wish.STOP and not self._under_way():
            return self._over("stopped as wanted; what is open keeps its stops at the venue")
        if wish is Wish.FLATTEN and self._flat():
            return self._over("everything is closed, as wanted")
        self._tell(Condition.PAUSED if self.gate.closed else Condition.RUNNING, "; ".join(self.gate.closed.values()))
        self._beat(now)
        return True

    def _heard(self, now: int, before: int) -> Wish:
        """Hear what is wanted of the session, by persons and by its watchdog."""
        if not self._log.whole:
            self._log.reread()
        wish = self._log.hear()
        if now < before:
            text = f"the clock went back from {moment(before)} to {moment(now)}"
            self._log.append([Entry("note", f"clock:{before}:{now}", now, {"text": text})])
        paused = "" if wish is Wish.RUN else f"{wish.value}: no entries are wanted"
        self.gate.close("paused", paused)
        self.gate.close("watchdog", self._beacon.latched(str(self.terms.id)) or "")
        return wish

    async def _begin(self, now: int) -> None:
        """Take over the account as it is, or go on where another process left off.

        Decisions begin with the bars that close from the session's start on.
        """
        if self.memory.started is not None:
            self._begun = True
            self._bulletin.tell(AlertKind.RESTART, f"the session goes on after transaction {self.book.last}")
            return
        state = await self._venue.broker.state()
        if state.hedging:
            raise HedgingAccount(account=state.id)
        self._log.append([Entry("note", START, now, {"text": "the session began", "state": plain(state)})])
        self._begun = True

    def _refuse_duplicates(self) -> None:
        for attempt in self.memory.repeated.values():
            instrument = attempt.instruction.instrument
            raise DuplicateOrder(count=attempt.arrivals, client_id=attempt.client_id, instrument=instrument)

    def _decide(self, now: int) -> None:
        """Let the desks decide on the bars that have closed."""
        for time, known, symbols in self._watch.ready(now):
            view = self.memory.view(time, known, self._options.markup)
            found = {symbol: Decision(bar_key(symbol, time), symbol, known, time) for symbol in symbols}
            found |= {one.instrument: one for desk in self._desks for one in desk.decide(view, symbols)}
            ordered = [found[symbol] for desk in self._desks for symbol in desk.symbols if symbol in found]
            self._log.gather([_entry(replace(one, nav=view.nav), now) for one in ordered])

    def _demand(self, now: int, wish: Wish) -> None:
        """Decide on what persons, the end of the week and unprotected trades demand."""
        for answer in answers(self.memory, self._traded, now):
            self._log.append([answer])
        why = "flatten" if wish is Wish.FLATTEN else "friday" if flat_due(self._limits, now) else ""
        if why or wish is not Wish.RUN:
            ways_out = flattening(self.memory, self._traded, now, why or wish.value, close=bool(why))
            self._log.append([_entry(one, now) for one in ways_out])

    async def _deliver(self, now: int) -> None:
        """Send what is due, and what the trades that came of it lack."""
        known, tried = len(self.memory.repeated), set[str]()
        while True:
            self._log.append([_entry(one, now) for one in guards(self.memory, now)])
            due = {ticket.decision.instrument for ticket in self._courier.due(now)}
            if due:
                held = {trade.instrument for trade in self.book.mine()}
                self.gate.quotes.update(await self._venue.feed.quotes(sorted(due | held)))
            sent = await self._courier.send(now, self.gate.quotes, tried)
            if not sent or len(self.memory.repeated) > known:
                break
        self._courier.give_up(now)

    async def _audit(self, now: int) -> None:
        """Pass news on, and compare the books with the venue after all news and now and then."""
        news, self._courier.news = self._courier.news, []
        self._bulletin.news(self.memory, news)
        await self._auditor.audit(now, bool(news), nanoseconds(self._options.reconcile))

    def _beat(self, now: int) -> None:
        """Tell the watchdog that the session lives, and what its books say."""
        units = {symbol: held for symbol in self._traded if (held := self.book.units(symbol))}
        day, high = self.gate.tops(now)
        adopted = tuple(sorted(self.book.adopted()))
        self._beacon.beat(str(self.terms.id), Beat(now, self.book.last, units, day, high, self._condition, adopted))

    def _flat(self) -> bool:
        """Tell whether nothing is open and nothing on its way can open anything; an entry never sent stays unsent."""
        return not (self.book.mine() or self._under_way() or any(not one.enters for one in self.memory.open.values()))

    def _under_way(self) -> bool:
        """Tell whether an order waits at the venue, or may be on its way there."""
        unknown = any(one.status(self.book) is Status.UNKNOWN for one in self.memory.open.values())
        return unknown or any(map(self.book.waiting, self._traded))

    def _over(self, reason: str) -> bool:
        self._tell(Condition.STOPPED, reason)
        self._bulletin.tell(AlertKind.STOPPED, reason)
        return False

    def _troubled(self, trouble: MbatsError) -> bool:
        """Go on after what may mend itself: nothing is sent meanwhile, stops stay at the venue."""
        self._failures += 1
        if self._failures == 1:
            self._bulletin.tell(AlertKind.TROUBLE, str(trouble))
        if not isinstance(trouble, STORE_DOWN):
            self._told_in_vain(Condition.PAUSED, str(trouble))
        return True

    def _failed(self, failure: MbatsError) -> bool:
        """End where only a person can go on; stops stay at the venue."""
        self._bulletin.tell(AlertKind.ALARM, str(failure))
        self._told_in_vain(Condition.FAILED, str(failure))
        return False

    def _calm(self) -> None:
        if self._failures:
            self._bulletin.tell(AlertKind.RECOVERED, "the session goes on")
        self._failures = 0

    def _tell(self, condition: Condition, reason: str = "") -> None:
        self._condition = condition
        self._log.flush()
        self._store.tell(self.terms.id, condition, reason)

    def _told_in_vain(self, condition: Condition, reason: str) -> None:
        """Tell the store, which may be what is down."""
        try:
            self._tell(condition, reason)
        except STORE_DOWN as down:
            self._bulletin.tell(AlertKind.TROUBLE, str(down))

    def _next_look(self) -> int:
        """Return when to look around again at the latest."""
        rest = min(_LONGEST_PAUSE, 2**self._failures) if self._failures else self._options.heartbeat
        latest, close = self._now + nanoseconds(rest), self._watch.next_close()
        return latest if close is None or close <= self._now or self._failures else min(latest, close)


def _entry(decision: Decision, now: int) -> Entry:
    return Entry("decision", decision.key, decision.time if decision.bar else now, plain(decision))
