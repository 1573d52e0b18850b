"""Verdicts, moves and drift reports in memory, held to the same contract test as PostgreSQL's."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from mbats.errors.promotion import PromotionBusy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from mbats.models.registry import Alias
    from mbats.models.version import Version
    from mbats.pipelines.drift.report import DriftReport
    from mbats.pipelines.promotion.move import Move
    from mbats.pipelines.promotion.verdict import Verdict


class FakePromotionStore:
    """Implements `PromotionStore` and `DriftStore`."""

    def __init__(self) -> None:
        self.noted: dict[str, tuple[Version, datetime]] = {}
        self.kept: list[Verdict] = []
        self.journalled: list[Move] = []
        self.reports: list[DriftReport] = []
        self._held: set[str] = set()

    @contextmanager
    def hold(self, model: str) -> Iterator[None]:
        if model in self._held:
            raise PromotionBusy(name=model)
        self._held.add(model)
        try:
            yield
        finally:
            self._held.discard(model)

    def note(self, version: Version, at: datetime) -> None:
        self.noted.setdefault(version.reference, (version, at))

    def keep(self, verdict: Verdict) -> None:
        self.kept.append(verdict)

    def verdicts(self, model: str) -> list[Verdict]:
        return [verdict for verdict in reversed(self.kept) if verdict.model == model]

    def journal(self, move: Move) -> None:
        self.journalled.append(move)

    def moves(self, model: str, alias: Alias) -> list[Move]:
        return [move for move in self.journalled if (move.model, move.alias) == (model, alias)]

    def keep_report(self, report: DriftReport) -> None:
        self.reports.append(report)

    def reports_of(self, model: str) -> list[DriftReport]:
        return [report for report in reversed(self.reports) if report.model == model]
