"""The report of a model's drift: one HTML file that loads nothing from anywhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from mbats.market.reference.notice import NOTICE
from mbats.reports.file import write_file
from mbats.reports.page import environment

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from mbats.reports.provenance import Fact


class DriftLine(NamedTuple):
    """How far one feature has moved; None: unknown."""

    feature: str
    psi: float | None
    ks: float | None
    p: float | None
    drifted: bool


@dataclass(frozen=True, slots=True)
class DriftPage:
    """What the report tells.

    Attributes
    ----------
    reasons
        What has drifted, in words; empty: nothing.
    scores
        What predictions were worth and are worth late: names and values as they are shown.
    """

    reference: str
    at: datetime
    start: datetime
    end: datetime
    reasons: Sequence[str]
    features: Sequence[DriftLine]
    scores: Sequence[Fact]
    facts: Sequence[Fact]
    synthetic: bool

    @property
    def sentence(self) -> str:
        """The verdict."""
        if not self.reasons:
            return f"Nothing has drifted since {self.reference} was trained."
        return f"{self.reference} has drifted: {'; '.join(self.reasons)}."

    def html(self) -> str:
        """Return the page; the features that moved furthest come first."""
        furthest = sorted(self.features, key=lambda line: -(line.psi or 0.0))
        notice = NOTICE if self.synthetic else ""
        return environment().get_template("drift.html.j2").render(page=self, features=furthest, generated=notice)

    def write(self, path: Path) -> None:
        """Write the page to `path`, whole or not at all; raises `ReportNotWritten`."""
        write_file(path, self.html(), self.reference)
