"""A drift report as a page."""

from __future__ import annotations

from dataclasses import astuple
from typing import TYPE_CHECKING

from mbats.reports.model_drift import DriftLine, DriftPage
from mbats.reports.numerals import number

if TYPE_CHECKING:
    from pathlib import Path

    from mbats.pipelines.drift.report import DriftReport


def write_page(report: DriftReport, path: Path) -> None:
    """Write a report to `path`; raises `mbats.errors.report.ReportNotWritten`."""
    drift, scores = report.drift, report.drift.scores
    interval = f"{number(scores.late_low, 4)} to {number(scores.late_high, 4)}"
    DriftPage(
        reference=report.reference,
        at=report.at,
        start=report.start,
        end=report.end,
        reasons=drift.reasons,
        features=[DriftLine(*astuple(one)) for one in drift.features],
        scores=(
            ("Information coefficient out of fold", number(scores.ic, 4)),
            ("Late", f"{number(scores.late_ic, 4)} ({interval}), {scores.rows:,} predictions"),
            ("Calibration error out of fold", number(scores.calibration, 4)),
            ("Late calibration error", number(scores.late_calibration, 4)),
        ),
        facts=(
            ("Version", report.version),
            ("Bars", f"{report.bars:,}"),
            ("Seen in", report.source),
            ("Report", str(report.id)),
        ),
        synthetic=report.synthetic,
    ).write(path)
