from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from mbats.ledger.account import CashFlow
    from mbats.ledger.equity import Equity
    from mbats.ledger.journal import Journal
    from mbats.ledger.performance import Performance
    from mbats.ledger.round_trips import RoundTrips


LIVE = "live"
"""What a run record has for the simulator of a live session: none."""


class RunStatus(StrEnum):
    """How far a run has come."""

    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class RunInfo:
    """What a run was asked to do: enough to do it again.

    Attributes
    ----------
    strategies
        One mapping an allocation: name, code (digest of the strategy's source), parameters, instruments, sizing.
    """

    id: UUID
    started_at: datetime
    simulator: str
    fills: str
    costs: Mapping[str, Any]
    account: Mapping[str, Any]
    strategies: tuple[Mapping[str, Any], ...]
    instruments: tuple[str, ...]
    timeframe: str
    start: datetime
    end: datetime
    snapshot: str
    commit: str
    synthetic: bool
    command: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A run as the risk database remembers it.

    Attributes
    ----------
    deflated, trials
        Its deflated Sharpe ratio when it was judged, and the trials that were known then; None where nobody judged it.
    """

    info: RunInfo
    status: RunStatus
    finished_at: datetime | None = None
    error: str = ""
    performance: Mapping[str, float | int | str | None] = field(default_factory=dict)
    deflated: float | None = None
    trials: int | None = None


@dataclass(frozen=True, slots=True)
class RunResult:
    """A finished run: the journal, what the ledger made of it, and every cash flow of the account."""

    info: RunInfo
    journal: Journal
    trips: RoundTrips
    equity: Equity
    performance: Performance
    flows: tuple[CashFlow, ...] = ()


class RunStore(Protocol):
    """The port to the risk database."""

    def begin(self, info: RunInfo) -> None:
        """Record that a run has started, and hold it: a holder that dies leaves it interrupted."""
        ...

    def finish(self, result: RunResult) -> None:
        """Store journal, trades, positions, equity and performance in one transaction and mark the run finished."""
        ...

    def fail(self, run: UUID, error: str) -> None:
        """Mark a run failed, with the cause."""
        ...

    def refresh(self, result: RunResult, *, over: bool) -> None:
        """Put the results of a live run in the place of earlier ones, in one transaction; the first time begins it.

        With `over` it is finished, and raises `mbats.errors.database.RunNotRunning` from then on. A live run is no
        trial: what it did is one more day of one that was counted.
        """
        ...

    def runs(self, limit: int = 50) -> list[StoredRun]:
        """Return the newest runs first; a run whose holder died is shown as interrupted."""
        ...

    def find(self, prefix: str) -> StoredRun:
        """Return the run whose id begins with `prefix` (``latest``: the newest finished one)."""
        ...

    def journal(self, run: UUID) -> Journal:
        """Return the journal of a finished run, or a live one so far, bit for bit as it was stored."""
        ...
