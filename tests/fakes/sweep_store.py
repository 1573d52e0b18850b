"""Sweeps in memory, held to the same contract test as PostgreSQL's."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from mbats.errors.database import DatabaseRefused
from mbats.errors.sweep import AmbiguousSweep, SweepBusy, UnknownSweep
from mbats.ledger.run import RunStatus
from mbats.pipelines.sweep.store import StoredSweep

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from uuid import UUID

    from mbats.pipelines.sweep.cell import CellResult
    from mbats.pipelines.sweep.store import SweepInfo

_THEN = datetime(2024, 1, 1, tzinfo=UTC)


class FakeSweepStore:
    """Implements `SweepStore` and `SweepArchive`; leaving `hold` does what the death of a process does."""

    def __init__(self) -> None:
        self._sweeps: dict[UUID, StoredSweep] = {}
        self._cells: dict[UUID, dict[int, CellResult]] = {}
        self._held: set[str] = set()

    @contextmanager
    def hold(self, key: str) -> Iterator[StoredSweep | None]:
        if key in self._held:
            raise SweepBusy
        interrupted = [it for it in self.sweeps() if it.info.key == key and it.status is RunStatus.INTERRUPTED]
        self._held.add(key)
        try:
            yield interrupted[0] if interrupted else None
        finally:
            self._held.discard(key)

    def begin(self, info: SweepInfo) -> None:
        self._sweeps[info.id] = StoredSweep(info, RunStatus.RUNNING)
        self._cells[info.id] = {}

    def add(self, info: SweepInfo, results: Sequence[CellResult]) -> None:
        cells = self._cells[info.id]
        new = {result.cell.number: result for result in results}
        if len(new) < len(results) or new.keys() & cells.keys():
            raise DatabaseRefused(address="memory", cause="a cell twice")
        cells.update(new)

    def finish(self, sweep: UUID, best: int, run: UUID | None, verdict: Mapping[str, Any]) -> None:
        self._end(sweep, RunStatus.FINISHED, best=best, run=run, verdict=dict(verdict))

    def fail(self, sweep: UUID, error: str) -> None:
        self._end(sweep, RunStatus.FAILED, error=error)

    def find(self, prefix: str) -> StoredSweep:
        newest = self.sweeps()
        found = newest[:1] if prefix == "latest" else [it for it in newest if str(it.info.id).startswith(prefix)]
        if not found:
            known = ", ".join(str(it.info.id)[:8] for it in newest[:5]) or "none yet"
            raise UnknownSweep(sweep=prefix, known=known)
        if len(found) > 1:
            raise AmbiguousSweep(sweep=prefix, candidates=", ".join(str(it.info.id) for it in found))
        return found[0]

    def sweeps(self, limit: int = 50) -> list[StoredSweep]:
        newest = sorted(self._sweeps.values(), key=lambda it: it.info.basis.started_at, reverse=True)
        return [self._shown(stored) for stored in newest[:limit]]

    def cells(self, sweep: UUID) -> Iterator[CellResult]:
        for _, result in sorted(self._cells[sweep].items()):
            yield replace(result, daily_returns=np.empty(0))

    def returns(self, sweep: UUID) -> tuple[Any, Any]:
        judged = [result for _, result in sorted(self._cells[sweep].items()) if not result.error]
        days = len(self._sweeps[sweep].info.days)
        rows = np.array([result.daily_returns for result in judged], dtype=np.float32).reshape(len(judged), days)
        return np.array([result.cell.number for result in judged], dtype=np.int64), rows

    def _shown(self, stored: StoredSweep) -> StoredSweep:
        status = stored.status
        if status is RunStatus.RUNNING and stored.info.key not in self._held:
            status = RunStatus.INTERRUPTED
        return replace(stored, status=status, cells=len(self._cells[stored.info.id]))

    def _end(self, sweep: UUID, status: RunStatus, **facts: Any) -> None:
        self._sweeps[sweep] = replace(self._sweeps[sweep], status=status, finished_at=_THEN, **facts)
