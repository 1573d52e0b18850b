"""A register of trials in memory, held to the same contract test as PostgreSQL's."""

from __future__ import annotations

from statistics import variance
from typing import TYPE_CHECKING

from mbats.evidence.tried import Tried

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from mbats.evidence.deflation import Deflation
    from mbats.evidence.trial import TrialResult
    from mbats.evidence.tried import PriorTrials


class FakeTrialRegister:
    """Implements `mbats.evidence.register.TrialRegister`."""

    def __init__(self) -> None:
        self.results: dict[str, TrialResult] = {}
        self.prior: list[PriorTrials] = []
        self.deflations: dict[UUID, Deflation] = {}

    def add(self, results: Sequence[TrialResult], at: datetime) -> None:
        for result in results:
            known = self.results.get(result.trial.fingerprint)
            if known is None or known.days is None:
                self.results[result.trial.fingerprint] = result

    def declare(self, prior: PriorTrials) -> None:
        self.prior.append(prior)

    def tried(self, instruments: Sequence[str], start: datetime, end: datetime) -> Tried:
        def met(other):
            return set(instruments) & set(other.instruments) and other.start < end and other.end > start

        found = [result for result in self.results.values() if met(result.trial)]
        ts = [result.record.t for result in found if result.record]
        most: dict[str, int] = {}
        for prior in filter(met, self.prior):
            most[prior.declared_by] = max(most.get(prior.declared_by, 0), prior.trials)
        judged = sum(result.days is not None for result in found)
        return Tried(len(found), judged, variance(ts) if len(ts) > 1 else None, sum(most.values()))

    def keep(self, run: UUID, deflation: Deflation) -> None:
        self.deflations.setdefault(run, deflation)

    def kept(self, run: UUID) -> Deflation | None:
        return self.deflations.get(run)
