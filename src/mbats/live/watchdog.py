"""The dead man's switch: looks at one session from another process, over a connection of its own."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from mbats.errors.base import MbatsError
from mbats.execution.broker import Kind
from mbats.live.alerts import AlertKind
from mbats.live.highs import Course, Highs
from mbats.live.liquidation import Liquidation
from mbats.live.store import Wish
from mbats.live.suspicion import Finding, Remedy, disagreement, loss, neglect, repetition, silence, worst
from mbats.portfolio.limit_check import losses
from mbats.portfolio.limits import account_limits, session_limits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbats.execution.broker import AccountState, Broker, Transaction
    from mbats.live.alerts import Alerts
    from mbats.live.beacon import Beacon
    from mbats.live.book import Book
    from mbats.live.store import SessionStore, SessionTerms

_REMEMBERED = 1_000
"""So many transactions back a session's word can still be compared."""

_TRIES = 3
_BLIND = [Finding("venue", Remedy.BLOCK, "the venue does not answer the watchdog")]


@dataclass(frozen=True, slots=True)
class Posts:
    """Whom a watchdog speaks to."""

    broker: Broker
    store: SessionStore
    beacon: Beacon
    alerts: Alerts


class Watchdog:
    """Watches one session: what it finds blocks entries, or closes everything and ends the session.

    Only a breached loss limit, a position that differs from the books, a duplicate order, or a silent session that was
    to close everything itself, closes anything. Silence alone, and a venue or a database that does not answer, keep
    the session from entering and leave the broker's stops alone.

    Parameters
    ----------
    book
        The session's account, folded from its log; the watchdog goes on by itself with what the venue tells it.
    patience
        Seconds of silence that are no reason to worry.
    past
        Net asset values of the session and of the whole account, out of the same log.
    """

    def __init__(
        self,
        terms: SessionTerms,
        prefix: str,
        book: Book,
        posts: Posts,
        *,
        patience: float = 30.0,
        past: tuple[Course, Course] | None = None,
    ) -> None:
        self._terms, self._prefix, self._book, self._posts, self._patience = terms, prefix, book, posts, patience
        self._session, self._account = session_limits(terms.limits), account_limits(terms.limits)
        own, whole = past or (Course(), Course())
        self._own, self._whole = Highs(self._session, book.opening, own), Highs(self._account, None, whole)
        self._units: deque[tuple[int, dict[str, Decimal]]] = deque([(book.last, self._held())], _REMEMBERED)
        self._orders: list[Transaction] = []
        self._told: set[str] = set()
        self._liquidation: Liquidation | None = None
        self._flat = False

    @property
    def flattening(self) -> bool:
        """Whether something of the session is still to be closed."""
        return self._liquidation is not None and not self._flat

    async def look(self, now: int | None) -> Sequence[Finding]:
        """Look once, do what has to be done, and return what was found.

        Parameters
        ----------
        now
            The venue's time, nanoseconds UTC; None: the venue did not tell.
        """
        findings = self._missing() + (_BLIND if now is None else await self._venue(now))
        for finding in findings:
            self._tell(finding)
        self._told &= {finding.cause for finding in findings}
        remedy = worst(findings)
        if remedy is Remedy.FLATTEN or self._liquidation is not None:
            await self._flatten(findings)
        elif remedy is Remedy.BLOCK:
            self._posts.beacon.latch(str(self._terms.id), findings[0].text, lasting=False)
        else:
            self._posts.beacon.release(str(self._terms.id))
        return findings

    def over(self) -> bool:
        """Tell whether there is nothing left to watch: the session is over, and nothing is being closed."""
        try:
            state = self._posts.store.states(str(self._terms.id))[0]
        except MbatsError:
            return False
        return state.over and not self.flattening

    def _missing(self) -> list[Finding]:
        heard = self._posts.beacon.heard(str(self._terms.id))
        findings = silence(heard, self._patience)
        try:
            wish = self._posts.store.states(str(self._terms.id))[0].wish
            findings += neglect(heard, self._patience, wish)
        except MbatsError:
            findings.append(Finding("database", Remedy.BLOCK, "the database does not answer"))
        return findings

    async def _venue(self, now: int) -> list[Finding]:
        try:
            state = await self._read()
        except MbatsError:
            return _BLIND
        found = [*repetition(self._orders, self._prefix), *self._disagreement()]
        if state.last_transaction != self._book.last:
            text = f"the venue's account ends at transaction {state.last_transaction}, its log at {self._book.last}"
            return [*found, Finding("venue", Remedy.BLOCK, text)]
        return [*found, *self._losses(state, now)]

    async def _read(self) -> AccountState:
        """Return the account, and read the log up to the same transaction: what is neither counts once, not twice."""
        for _ in range(_TRIES):
            state = await self._posts.broker.state()
            if self._book.last < state.last_transaction:
                self._hear(await self._posts.broker.transactions(self._book.last))
            if self._book.last == state.last_transaction:
                break
        return state

    def _disagreement(self) -> list[Finding]:
        heard = self._posts.beacon.heard(str(self._terms.id))
        if heard is None:
            return []
        self._adopt(heard[0].adopted)
        known, same = dict(self._units), self._book.adopted() <= {*heard[0].adopted}
        return disagreement(heard[0].units, known[heard[0].last]) if same and heard[0].last in known else []

    def _adopt(self, trades: Sequence[int]) -> None:
        """Take for the session's own what a person gave to it; older positions were told without it."""
        fresh = [one for one in trades if one in self._book.trades and one not in self._book.adopted()]
        for trade in fresh:
            self._book.adopt(trade)
        if fresh:
            self._units.clear()
            self._units.append((self._book.last, self._held()))

    def _hear(self, transactions: Sequence[Transaction]) -> None:
        for one in transactions:
            self._book.apply(one)
            self._units.append((one.id, self._held()))
            if one.kind is Kind.ORDER and one.client_id.startswith(self._prefix):
                self._orders.append(one)

    def _losses(self, state: AccountState, now: int) -> list[Finding]:
        mine = {trade.id for trade in self._book.mine()}
        open_profit = sum((one.unrealised for one in state.trades if one.id in mine), Decimal(0))
        session = self._own.standing(now, state.currency, self._book.opening + self._book.earned + open_profit)
        account = self._whole.standing(now, state.currency, state.nav, self._book.transferred)
        return loss([*losses(self._session, session), *losses(self._account, account, scope="account")])

    async def _flatten(self, findings: Sequence[Finding]) -> None:
        reasons = "; ".join(one.text for one in findings if one.remedy is Remedy.FLATTEN)
        if self._liquidation is None:
            self._liquidation = Liquidation(self._posts.broker, self._prefix)
            self._posts.beacon.latch(str(self._terms.id), reasons, lasting=True)
            self._want(reasons)
        self._liquidation.adopted = self._book.adopted()
        try:
            flat = await self._liquidation.step()
        except MbatsError:
            return  # the venue does not answer: the next look tries again
        if flat and not self._flat:
            self._say(AlertKind.STOPPED, "Everything of the session is closed.")
        self._flat = flat

    def _want(self, reason: str) -> None:
        try:
            self._posts.store.want(self._terms.id, Wish.FLATTEN, f"watchdog: {reason}")
        except MbatsError:
            self._say(AlertKind.TROUBLE, "The session could not be told to stop: the database does not answer.")

    def _tell(self, finding: Finding) -> None:
        if finding.cause not in self._told:
            self._told.add(finding.cause)
            self._say(AlertKind.BREACH if finding.remedy is Remedy.FLATTEN else AlertKind.TROUBLE, finding.text)

    def _say(self, kind: AlertKind, text: str) -> None:
        self._posts.alerts.tell(kind, text, {"session": self._terms.name, "account": self._terms.account})

    def _held(self) -> dict[str, Decimal]:
        held: dict[str, Decimal] = {}
        for trade in self._book.mine():
            held[trade.instrument] = held.get(trade.instrument, Decimal(0)) + trade.units
        return held
