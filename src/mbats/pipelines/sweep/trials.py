from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mbats.evidence.trial import TrialResult
from mbats.pipelines.referee import track_record, trials_of

if TYPE_CHECKING:
    from mbats.evidence.track_record import TrackRecord
    from mbats.pipelines.sweep.cell import CellResult
    from mbats.pipelines.sweep.store import SweepInfo


def trial_of(info: SweepInfo, result: CellResult) -> TrialResult:
    """Return the trial that a cell is, the same one as a run with its parameters, and how it did."""
    [strategy] = info.basis.strategies
    [trial] = trials_of(replace(info.basis, strategies=({**strategy, "parameters": result.cell.parameters},)))
    return TrialResult(trial) if result.error else TrialResult(trial, len(info.days), record_of(info, result))


def record_of(info: SweepInfo, result: CellResult) -> TrackRecord | None:
    """Return a cell's Sharpe ratio per day and what it rests on; None where it is undefined."""
    return track_record({**result.figures, "days": len(info.days), "periods_per_year": info.periods_per_year})
