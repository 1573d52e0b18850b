"""What a session would do now, without doing it: a memory that nobody keeps and a broker that only listens."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from mbats.execution.broker import Fate, Reply
from mbats.live.store import Condition, Entry, SessionState, Wish

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from uuid import UUID

    from mbats.execution.broker import AccountState, Broker, Instruction, Transaction
    from mbats.live.store import SessionTerms


class RehearsalStore:
    """Implements `mbats.live.store.SessionStore` for one session that ends with the process."""

    def __init__(self, terms: SessionTerms, at: datetime) -> None:
        self._state = SessionState(terms, Wish.RUN, Condition.NEW, "", at, None)
        self._log: dict[tuple[str, str], Entry] = {}

    def create(self, terms: SessionTerms, wish: Wish = Wish.RUN) -> None:
        """Rehearse another session."""
        self._state = SessionState(terms, wish, Condition.NEW, "", self._state.created_at, None)
        self._log = {}

    @contextmanager
    def hold(self, session: UUID) -> Iterator[None]:  # noqa: ARG002 - the port's form
        """Do nothing: nobody else sees this session."""
        yield

    def append(self, session: UUID, entries: Sequence[Entry]) -> None:  # noqa: ARG002 - the port's form
        """Add rows."""
        for entry in entries:
            self._log.setdefault((entry.kind, entry.key), entry)

    def entries(self, session: UUID, kind: str | None = None) -> list[Entry]:  # noqa: ARG002 - the port's form
        """Return the log, or its rows of one kind."""
        return [entry for entry in self._log.values() if kind in {None, entry.kind}]

    def asked(self, session: UUID) -> tuple[Wish, list[Entry]]:
        """Return what is wanted, and what persons asked for."""
        return self._state.wish, self.entries(session, "act")

    def tell(self, session: UUID, condition: Condition, reason: str = "") -> None:  # noqa: ARG002 - the port's form
        """Remember what the session says."""
        self._state = SessionState(
            self._state.terms, self._state.wish, condition, reason, self._state.created_at, self._state.created_at
        )

    def states(self, name: str | None = None) -> list[SessionState]:  # noqa: ARG002 - the port's form
        """Return the one session."""
        return [self._state]

    def want(self, session: UUID, wish: Wish, reason: str) -> None:
        """Do nothing: a rehearsal is over before anybody wants something else."""


class Listener:
    """Implements `mbats.execution.broker.Broker`: reads the account, and keeps to itself what it was to send."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self.heard: list[Instruction] = []

    async def state(self) -> AccountState:
        """Return the account as it is."""
        return await self._broker.state()

    async def transactions(self, since: int) -> Sequence[Transaction]:
        """Return the account's log."""
        return await self._broker.transactions(since)

    async def send(self, instruction: Instruction) -> Reply:
        """Send nothing."""
        self.heard.append(instruction)
        return Reply(Fate.REFUSED, reason="REHEARSAL", message="nothing was sent: this is a rehearsal")
