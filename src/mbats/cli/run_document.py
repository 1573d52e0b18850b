"""A run as one JSON document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mbats.cli.console import plain

if TYPE_CHECKING:
    from mbats.pipelines.judged_run import JudgedRun
    from mbats.reports.evidence import Evidence


def described(judged: JudgedRun) -> dict[str, Any]:
    """Return a run and its figures as plain values, for ``--json``."""
    info = judged.result.info
    return {
        "run": str(info.id),
        "strategies": info.strategies,
        "instruments": info.instruments,
        "timeframe": info.timeframe,
        "start": info.start,
        "end": info.end,
        "fills": info.fills,
        "costs": info.costs,
        "snapshot": info.snapshot,
        "commit": info.commit,
        "synthetic": info.synthetic,
        "notes": info.notes,
        "performance": judged.result.performance.as_dict(),
        "ambiguity": judged.ambiguity,
        "evidence": described_evidence(judged.evidence),
    }


def described_evidence(evidence: Evidence | None) -> dict[str, Any] | None:
    """Return what the referee says as plain values."""
    if evidence is None:
        return None
    from mbats.reports.evidence import sentence

    now = evidence.now
    return {**plain(evidence), "trials": now.trials, "passes": now.passes, "verdict": sentence(now)}
