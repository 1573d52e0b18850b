"""What is left of a Sharpe ratio once everything that was tried is counted: composed of ledger and evidence."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

from mbats.evidence.deflation import deflate
from mbats.evidence.overfitting import probability_of_overfitting
from mbats.evidence.track_record import TrackRecord
from mbats.evidence.trial import Trial, TrialResult
from mbats.evidence.tried import PriorTrials

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from typing import Any

    import numpy as np
    from numpy.typing import NDArray

    from mbats.evidence.deflation import Deflation
    from mbats.evidence.register import TrialRegister
    from mbats.evidence.tried import Tried
    from mbats.ledger.run import RunInfo, RunResult


def trials_of(info: RunInfo) -> list[Trial]:
    """Return the trials that a run makes: one for each of its strategies."""
    return [
        Trial(
            strategy=str(strategy.get("name", "")),
            code=str(strategy.get("code", "")),
            parameters=strategy.get("parameters", {}),
            snapshot=info.snapshot,
            costs=info.costs,
            instruments=tuple(strategy.get("instruments", info.instruments)),
            start=info.start,
            end=info.end,
        )
        for strategy in info.strategies
    ]


def track_record(figures: Mapping[str, Any]) -> TrackRecord | None:
    """Return what performance figures (by the names of `mbats.ledger.performance`) say of daily returns, or None.

    Skewness and kurtosis default to those of the normal distribution.
    """
    if figures.get("sharpe") is None:
        return None
    skewness, kurtosis = figures.get("skewness"), figures.get("kurtosis")
    return TrackRecord(
        sharpe=figures["sharpe"] / sqrt(figures["periods_per_year"]),
        days=int(figures["days"]),
        skewness=0.0 if skewness is None else skewness,
        kurtosis=3.0 if kurtosis is None else kurtosis,
    )


def declare(register: TrialRegister, info: RunInfo, prior: int, by: str, at: datetime) -> None:
    """Note trials made elsewhere on the data of a run; none is nothing to note."""
    if prior:
        register.declare(PriorTrials(prior, by, at, info.id, info.instruments, info.start, info.end))


def judge_sharpe(result: RunResult, register: TrialRegister) -> Deflation:
    """Deflate the Sharpe ratio of a run by all trials that are known now, its own included.

    A run of one strategy is the record of its trial. Several on one account are a trial each, and what each would have
    done alone is unknown.
    """
    figures, trials = result.performance.as_dict(), trials_of(result.info)
    record = track_record(figures)
    if len(trials) == 1:
        register.add([TrialResult(trials[0], int(figures["days"] or 0), record)], result.info.started_at)
    tried = register.tried(result.info.instruments, result.info.start, result.info.end)
    own = len({trial.fingerprint for trial in trials})
    return deflate(record, tried, result.performance.periods_per_year, own=own)


def judge_best(
    record: TrackRecord | None,
    periods_per_year: int,
    tried: Tried,
    own: int,
    returns: NDArray[np.floating[Any]] | None = None,
) -> Deflation:
    """Deflate the Sharpe ratio of the best cell of a search, whose cells are in the register already.

    Parameters
    ----------
    tried
        All trials on the search's data, its own cells included.
    own
        Distinct cells of the search.
    returns
        Their daily returns over common days, shape (T, cells), for the probability of overfitting; None: not known.
    """
    overfitting = None if returns is None else probability_of_overfitting(returns)
    return deflate(record, tried, periods_per_year, own=own, overfitting=overfitting)
