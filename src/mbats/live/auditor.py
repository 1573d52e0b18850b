"""Compares the books with the venue, and closes the gate while they differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbats.errors.live import BooksDiffer
from mbats.live.alerts import AlertKind
from mbats.live.reconciliation import compare
from mbats.live.store import Entry
from mbats.market.local_time import MINUTE

if TYPE_CHECKING:
    from mbats.execution.broker import AccountState, Broker
    from mbats.live.bulletin import Bulletin
    from mbats.live.courier import Courier
    from mbats.live.gate import Gate
    from mbats.live.log import Log

_CAUSE = "books differ"
_TRIES = 3


class Auditor:
    """Looks at the venue's account after all news, and every so often without any."""

    def __init__(self, log: Log, broker: Broker, courier: Courier, gate: Gate, bulletin: Bulletin) -> None:
        self._log, self._broker, self._courier = log, broker, courier
        self._gate, self._bulletin = gate, bulletin
        self._audited: int | None = None
        self._remembered = 0

    async def audit(self, now: int, news: bool, interval: int) -> None:
        """Compare, if it is time to."""
        if not news and self._audited is not None and 0 <= now - self._audited < interval:
            return
        for _ in range(_TRIES):
            state = await self._broker.state()
            assert self._log.memory.book is not None
            if state.last_transaction == self._log.memory.book.last:
                self._gate.account, self._audited = state, now
                self._gate.transferred = self._log.memory.book.transferred
                self._judge(state, now)
                return
            await self._courier.read()
        assert self._log.memory.book is not None
        last = self._log.memory.book.last
        self._differs(f"the account ends at transaction {state.last_transaction}, its log at {last}", last, now)

    def _judge(self, state: AccountState, now: int) -> None:
        assert self._log.memory.book is not None
        self._remember(state, now)
        findings = compare(self._log.memory.book, state, self._log.memory.history.symbols)
        for text in findings.strangers:
            self._once(AlertKind.FOREIGN, f"{text} is not the session's; it is left alone", f"foreign:{text}", now)
        if not findings.differences:
            self._gate.close(_CAUSE, "")
            return
        self._differs("; ".join(findings.differences), state.last_transaction, now)

    def _differs(self, difference: str, transaction: int, now: int) -> None:
        told = str(BooksDiffer(transaction=transaction, difference=difference))
        self._gate.close(_CAUSE, told)
        self._once(AlertKind.ALARM, told, f"differ:{transaction}", now)

    def _remember(self, state: AccountState, now: int) -> None:
        """Note what the account is worth, where its limits on losses will ask for it."""
        if self._gate.watches_account and now - self._remembered >= MINUTE:
            self._remembered = now
            text = f"the account is worth {state.nav} {state.currency}"
            self._log.append([Entry("note", f"account:{now}", now, {"text": text, "nav": float(state.nav)})])

    def _once(self, kind: AlertKind, text: str, key: str, now: int) -> None:
        """Note and tell what was not noted before."""
        if key not in self._log.memory.notes:
            self._log.append([Entry("note", key, now, {"text": text})])
            self._bulletin.tell(kind, text)
