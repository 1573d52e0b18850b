"""A risk database in memory, held to the same contract test as PostgreSQL's."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from mbats.errors.database import AmbiguousRun, InterruptedRun, RunNotRunning, UnfinishedRun, UnknownRun
from mbats.ledger.run import LIVE, RunStatus, StoredRun

if TYPE_CHECKING:
    from uuid import UUID

    from mbats.ledger.journal import Journal
    from mbats.ledger.run import RunInfo, RunResult

_THEN = datetime(2024, 1, 1, tzinfo=UTC)


class FakeRunStore:
    """Implements `mbats.ledger.run.RunStore`; `interrupt` does what the death of a process does."""

    def __init__(self) -> None:
        self._runs: dict[UUID, StoredRun] = {}
        self.results: dict[UUID, RunResult] = {}

    def begin(self, info: RunInfo) -> None:
        self._runs[info.id] = StoredRun(info, RunStatus.RUNNING)

    def finish(self, result: RunResult) -> None:
        figures = result.performance.as_dict()
        self._end(result.info.id, RunStatus.FINISHED, info=result.info, performance=figures)
        self.results[result.info.id] = result

    def fail(self, run: UUID, error: str) -> None:
        self._end(run, RunStatus.FAILED, error=error)

    def refresh(self, result: RunResult, *, over: bool) -> None:
        known = self._runs.setdefault(result.info.id, StoredRun(result.info, RunStatus.RUNNING))
        if known.info.simulator != LIVE or known.status is RunStatus.FINISHED:
            raise RunNotRunning(run=result.info.id)
        # As in PostgreSQL, a live run is only as alive as the process of its session, and this one has none.
        ended = {"status": RunStatus.FINISHED, "finished_at": _THEN} if over else {"status": RunStatus.INTERRUPTED}
        figures = result.performance.as_dict()
        self._runs[result.info.id] = replace(known, info=result.info, performance=figures, **ended)
        self.results[result.info.id] = result

    def interrupt(self, run: UUID) -> None:
        self._runs[run] = replace(self._runs[run], status=RunStatus.INTERRUPTED)

    def runs(self, limit: int = 50) -> list[StoredRun]:
        newest = sorted(self._runs.values(), key=lambda run: run.info.started_at, reverse=True)
        return newest[:limit]

    def find(self, prefix: str) -> StoredRun:
        newest = self.runs(len(self._runs))
        if prefix == "latest":
            found = [run for run in newest if run.status is RunStatus.FINISHED][:1]
        else:
            found = [run for run in newest if str(run.info.id).startswith(prefix.lower())]
        if not found:
            raise UnknownRun(run=prefix, known=", ".join(str(run.info.id)[:8] for run in newest) or "none yet")
        if len(found) > 1:
            raise AmbiguousRun(run=prefix, candidates=", ".join(str(run.info.id) for run in found))
        return found[0]

    def journal(self, run: UUID) -> Journal:
        stored = self.find(str(run))
        if stored.info.simulator == LIVE:
            return self.results[run].journal
        if stored.status is RunStatus.INTERRUPTED:
            raise InterruptedRun(run=run, command=stored.info.command)
        if stored.status is not RunStatus.FINISHED:
            raise UnfinishedRun(run=run, status=stored.status)
        return self.results[run].journal

    def _end(self, run: UUID, status: RunStatus, **facts: object) -> None:
        if run not in self._runs or self._runs[run].status is not RunStatus.RUNNING:
            raise RunNotRunning(run=run)
        self._runs[run] = replace(self._runs[run], status=status, finished_at=_THEN, **facts)
