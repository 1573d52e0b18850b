"""The port to what a session must not forget."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime
    from uuid import UUID


class Wish(StrEnum):
    """What a person wants of a session: its desired state."""

    RUN = "run"
    PAUSE = "pause"  # manage what is open, enter nothing
    STOP = "stop"  # leave what is open to the broker's stops
    FLATTEN = "flatten"  # close everything of the session, then stop


class Condition(StrEnum):
    """What a session does now, as it told last."""

    NEW = "new"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class SessionTerms:
    """What a session was asked to do; never changes after its start.

    Attributes
    ----------
    name
        A person's name for it; unique among sessions that are not over.
    venue
        ``paper``, ``practice`` or ``live``; `url` is the venue's base URL, `account` the account's id there. The token
        is no part of it.
    strategies
        As in `mbats.ledger.run.RunInfo`: name, code, parameters, instruments, sizing of each allocation.
    anchor
        Opening time of the first bar that strategies see, nanoseconds UTC: decisions are those of a backtest from here.
    limits
        Of `mbats.portfolio.limits.Limits`, as plain values.
    run
        The run in the risk database that its journal belongs to.
    """

    id: UUID
    name: str
    run: UUID
    venue: str
    url: str
    account: str
    strategies: tuple[Mapping[str, Any], ...]
    instruments: tuple[str, ...]
    timeframe: str
    anchor: int
    limits: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    command: str = ""
    commit: str = ""

    @property
    def own_exchange(self) -> bool:
        """Whether its exchange lives and ends with the process that began it: no other process can run it."""
        return bool(self.options.get("own_exchange"))


@dataclass(frozen=True, slots=True)
class SessionState:
    """A session's row: its terms, what is wanted of it, what it said last, and whether a process runs it now."""

    terms: SessionTerms
    wish: Wish
    condition: Condition
    reason: str
    created_at: datetime
    heartbeat_at: datetime | None
    process: int | None = None
    held: bool = False

    @property
    def over(self) -> bool:
        """Whether it will never trade again: stopped, or failed and not wanted any more."""
        failed = self.condition is Condition.FAILED and self.wish is Wish.STOP
        return failed or self.condition is Condition.STOPPED


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a session's append-only log; the fold of all rows is all that a session knows.

    Attributes
    ----------
    kind
        ``bar``, ``decision``, ``intent``, ``reply``, ``transaction``, ``blocked``, ``act``, ``note``.
    key
        Unique within session and kind: the same row again is no change (a transaction's id, an intent's client id, a
        bar's instrument and opening time). This makes every append idempotent.
    time
        The venue's time, nanoseconds UTC.
    body
        Plain JSON values; Decimals as strings, floats bit for bit.
    """

    kind: str
    key: str
    time: int
    body: Mapping[str, Any]


class SessionStore(Protocol):
    """The port to sessions in the risk database. Synchronous: what it returned from is committed."""

    def create(self, terms: SessionTerms, wish: Wish = Wish.RUN) -> None:
        """Add a session.

        Raises
        ------
        mbats.errors.live.InstrumentTaken, SessionNameTaken
            A session that is not over trades one of the account's instruments already, or has that name.
        """
        ...

    def hold(self, session: UUID) -> AbstractContextManager[None]:
        """Be the one process that runs the session; raises `mbats.errors.live.SessionHeld` where another does."""
        ...

    def append(self, session: UUID, entries: Sequence[Entry]) -> None:
        """Add rows, all or none; those that are there already are left alone."""
        ...

    def entries(self, session: UUID, kind: str | None = None) -> list[Entry]:
        """Return the whole log, or its rows of one kind, in order of appending."""
        ...

    def asked(self, session: UUID) -> tuple[Wish, list[Entry]]:
        """Return what is wanted of a session, and the ``act`` rows of its log: what it asks at every turn."""
        ...

    def tell(self, session: UUID, condition: Condition, reason: str = "") -> None:
        """Record what the session does now, with a heartbeat.

        The same again within a second of the wall need not be recorded.
        """
        ...

    def states(self, name: str | None = None) -> list[SessionState]:
        """Return sessions (by name or id prefix), those that are not over first, then the newest."""
        ...

    def want(self, session: UUID, wish: Wish, reason: str) -> None:
        """Write the desired state; the reason goes into the log as an ``act``.

        A failed session that is wanted to run, or to close everything, is `Condition.NEW` again; one that is over
        raises `mbats.errors.live.SessionOver`.
        """
        ...


class Sessions(SessionStore, Protocol):
    """The port to the memory of all sessions, as the one process that looks after them sees it."""

    def lead(self) -> AbstractContextManager[Callable[[], None]]:
        """Be that process; raises `mbats.errors.live.TraderHeld` where another is. Yields what confirms it anew."""
        ...
