from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol
from uuid import uuid4

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from mbats.models.drift.drift import Drift


@dataclass(frozen=True, slots=True)
class DriftReport:
    """How far the market has left a version behind, as of a day: written down once.

    Attributes
    ----------
    reference, version
        ``name/number``, and the id.
    start, end, bars
        The late stretch, and its number of bars over all instruments.
    source
        What it was seen in: the snapshot's id, or the name of a live session.
    """

    model: str
    reference: str
    version: str
    at: datetime
    start: datetime
    end: datetime
    bars: int
    source: str
    synthetic: bool
    drift: Drift
    id: UUID = field(default_factory=uuid4)


class DriftStore(Protocol):
    """What is remembered of drift."""

    def keep_report(self, report: DriftReport) -> None:
        """Store a report with every feature's figures."""
        ...

    def reports_of(self, model: str) -> Sequence[DriftReport]:
        """Return all reports on a model, newest first."""
        ...
