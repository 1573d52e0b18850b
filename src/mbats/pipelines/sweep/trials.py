from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

from mbats.evidence.track_record import TrackRecord
from mbats.evidence.trial import Trial, TrialResult

if TYPE_CHECKING:
    from mbats.pipelines.sweep.cell import CellResult
    from mbats.pipelines.sweep.store import SweepInfo


def trial_of(info: SweepInfo, result: CellResult) -> TrialResult:
    """Return the trial that a cell is: the same one as a single run with its parameters, and how it did."""
    basis = info.basis
    [strategy] = basis.strategies
    trial = Trial(
        strategy=strategy["name"],
        code=strategy["code"],
        parameters=result.cell.parameters,
        snapshot=basis.snapshot,
        costs=basis.costs,
        instruments=basis.instruments,
        start=basis.start,
        end=basis.end,
    )
    return TrialResult(trial) if result.error else TrialResult(trial, len(info.days), track_record(info, result))


def track_record(info: SweepInfo, result: CellResult) -> TrackRecord | None:
    """Return a cell's Sharpe ratio per day and what it rests on; None where it is undefined."""
    sharpe, skewness, kurtosis = (result.figures.get(name) for name in ("sharpe", "skewness", "kurtosis"))
    if sharpe is None or skewness is None or kurtosis is None:
        return None
    return TrackRecord(sharpe / sqrt(info.periods_per_year), len(info.days), skewness, kurtosis)
