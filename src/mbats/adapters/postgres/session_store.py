"""Live sessions in the risk database."""

from __future__ import annotations

import os
from contextlib import contextmanager
from threading import RLock
from time import monotonic
from typing import TYPE_CHECKING, Any

import psycopg

from mbats.adapters.postgres import session_rows
from mbats.adapters.postgres.trader_lock import TraderLock
from mbats.errors.live import InstrumentTaken, SessionHeld, SessionNameTaken, SessionOver, UnknownSession
from mbats.live.store import Condition, Wish

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from uuid import UUID

    from mbats.adapters.postgres.database import Database
    from mbats.live.store import Entry, SessionState, SessionTerms

_LOCK_CLASS = 1_835_164_022
"""First half of the advisory lock of a session's process; the views report.sessions and report.runs look for it."""
_HEARTBEAT = 1.0
_LOCK = "SELECT pg_try_advisory_lock(%s, id) FROM risk.session WHERE uuid = %s"


class PostgresSessionStore:
    """Implements `mbats.live.store.SessionStore`.

    A held session works over one connection, whose server-side session has the session's advisory lock: whatever it
    stores, it stores while it is the only one. Where the connection breaks, the next call takes the lock again first,
    and raises `SessionHeld` if another process was quicker.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._holders: dict[UUID, psycopg.Connection | None] = {}
        self._told: dict[UUID, tuple[tuple[Condition, str], float]] = {}
        self._one_at_a_time = RLock()

    def create(self, terms: SessionTerms, wish: Wish = Wish.RUN) -> None:
        """Add a session; refuses a second owner of an account's instrument, and a second one of its name."""
        try:
            with self._database.connect() as connection:
                session_rows.insert(connection, terms, wish)
        except psycopg.errors.UniqueViolation as violation:
            self._explain(terms, violation.diag.constraint_name)
            with self._database.in_our_words():
                raise
        except psycopg.Error:
            with self._database.in_our_words():
                raise

    @contextmanager
    def hold(self, session: UUID) -> Iterator[None]:
        """Be the one process that runs the session; raises `SessionHeld` where another does."""
        with self._one_at_a_time:
            self._holders[session] = self._locked(session)
        try:
            yield
        finally:
            with self._one_at_a_time:
                self._drop(session)
                del self._holders[session]

    def append(self, session: UUID, entries: Sequence[Entry]) -> None:
        """Add rows, all or none; those that are there already are left alone."""
        if entries:
            with self._connection(session) as connection:
                session_rows.append(connection, session, entries)

    def entries(self, session: UUID, kind: str | None = None) -> list[Entry]:
        """Return the whole log, or its rows of one kind, in order of appending."""
        with self._connection(session) as connection:
            return session_rows.entries(connection, session, kind)

    def asked(self, session: UUID) -> tuple[Wish, list[Entry]]:
        """Return what is wanted of a session, and the ``act`` rows of its log."""
        with self._connection(session) as connection:
            found = session_rows.asked(connection, session)
        if found is None:
            raise UnknownSession(session=session, known="in this database none of that id")
        return found

    def tell(self, session: UUID, condition: Condition, reason: str = "") -> None:
        """Record what the session does now, with a heartbeat.

        Of a held session the same once a second is enough: a replay takes a hundred turns a second.
        """
        told, at = self._told.get(session, (None, 0.0))
        if told == (condition, reason) and monotonic() - at < _HEARTBEAT:
            return
        with self._connection(session) as connection:
            session_rows.tell(connection, session, condition, reason, os.getpid())
            if session in self._holders:
                self._told[session] = (condition, reason), monotonic()

    def states(self, name: str | None = None) -> list[SessionState]:
        """Return sessions (by name or id prefix), those that are not over first, then the newest."""
        with self._any_connection() as connection:
            return session_rows.states(connection, name)

    def want(self, session: UUID, wish: Wish, reason: str) -> None:
        """Write the desired state; the reason goes into the log as an ``act``."""
        with self._transaction(session) as connection:
            wanted = session_rows.want(connection, session, wish, reason)
        if not wanted:
            state = self._state(session)
            raise SessionOver(session=state.terms.name, reason=state.reason or state.condition)

    @contextmanager
    def lead(self) -> Iterator[Callable[[], None]]:
        """Be the one process that looks after all sessions.

        Yields what confirms it: a connection that broke is opened anew.

        Raises
        ------
        mbats.errors.live.TraderHeld
            Another process does; `confirm` raises it, too.
        """
        lock = TraderLock(self._database)
        lock.confirm()
        try:
            yield lock.confirm
        finally:
            lock.release()

    def _any_connection(self) -> AbstractContextManager[psycopg.Connection]:
        """Return a connection that is open anyway, else a new one."""
        held = next(iter(self._holders), None)
        return self._database.transaction() if held is None else self._connection(held)

    @contextmanager
    def _transaction(self, session: UUID) -> Iterator[psycopg.Connection]:
        with self._connection(session) as connection, connection.transaction():
            yield connection

    @contextmanager
    def _connection(self, session: UUID) -> Iterator[psycopg.Connection]:
        """Return the connection that holds the session, each statement a transaction; else a new one."""
        with self._one_at_a_time:
            if session not in self._holders:
                with self._database.transaction() as connection:
                    yield connection
                return
            with self._database.in_our_words():
                holder = self._holders[session] or self._locked(session)
                self._holders[session] = holder
                try:
                    yield holder
                finally:
                    if holder.closed:
                        self._drop(session)

    def _locked(self, session: UUID) -> psycopg.Connection:
        with self._database.in_our_words():
            holder = self._database.connect()
            try:
                # Outside a transaction: a lock held for weeks must not hold back vacuum.
                holder.autocommit = True
                row = holder.execute(_LOCK, (_LOCK_CLASS, session)).fetchone()
                if row is None:
                    raise UnknownSession(session=session, known="in this database none of that id")
                if not row[0]:
                    [state] = session_rows.states(holder, str(session))
                    raise SessionHeld(session=state.terms.name, process=state.process or "not told yet")
            except BaseException:
                holder.close()
                raise
        return holder

    def _drop(self, session: UUID) -> None:
        holder = self._holders[session]
        self._holders[session] = None
        self._told.pop(session, None)
        if holder is not None:
            holder.close()

    def _state(self, session: UUID) -> SessionState:
        found = self.states(str(session))
        if not found:
            raise UnknownSession(session=session, known="in this database none of that id")
        return found[0]

    def _explain(self, terms: SessionTerms, constraint: Any) -> None:
        if constraint == "session_name":
            raise SessionNameTaken(name=terms.name) from None
        with self._database.transaction() as connection:
            taken = session_rows.owner(connection, terms)
        if constraint == "one_owner" and taken is not None:
            raise InstrumentTaken(owner=taken[0], instrument=taken[1], account=terms.account) from None
