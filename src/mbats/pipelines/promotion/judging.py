from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

from mbats.evidence.bootstrap import mean_interval
from mbats.evidence.deflation import deflate
from mbats.evidence.trial import Trial, TrialResult
from mbats.models.gates.figures import Figures
from mbats.models.gates.gates import gates
from mbats.pipelines.promotion.verdict import Judgement

if TYPE_CHECKING:
    from datetime import datetime

    from mbats.evidence.bootstrap import Interval
    from mbats.evidence.deflation import Deflation
    from mbats.evidence.register import TrialRegister
    from mbats.models.gates.bounds import Bounds
    from mbats.models.version import Version
    from mbats.pipelines.promotion.assessment import Assessed, Assessment

LEAD_CONFIDENCE = 0.9
"""Of the two-sided interval: a challenger no better than the champion passes at most once in twenty."""


def judgements(
    assessment: Assessment, champion: Version | None, bounds: Bounds, register: TrialRegister, at: datetime
) -> tuple[Judgement, ...]:
    """Judge challengers on their later period, the best first: who passes, then by deflated Sharpe ratio, then by IC.

    Each judgement is a trial. All are in the register before the first Sharpe ratio is deflated, so each is deflated by
    all of them, and by whatever else was tried on that period.
    """
    standing = next((one for one in assessment.assessed if champion and one.version.id == champion.id), None)
    challengers = [one for one in assessment.assessed if one is not standing]
    register.add([TrialResult(trial(assessment, one), len(one.daily_returns), one.record) for one in challengers], at)
    tried = register.tried(assessment.instruments, *assessment.period.span)
    found = []
    for one in challengers:
        deflation = deflate(one.record, tried, assessment.periods_per_year)
        measured = _figures(one, standing, deflation)
        found.append(Judgement(one.version.reference, one.version.id, measured, gates(measured, bounds)))
    return tuple(sorted(found, key=_rank, reverse=True))


def trial(assessment: Assessment, one: Assessed) -> Trial:
    """Return the trial that judging a version on a period is."""
    start, end = assessment.period.span
    return Trial(
        strategy=f"model {one.version.reference}",
        code=one.version.id,
        parameters=one.trading,
        snapshot=assessment.snapshot,
        costs=assessment.costs,
        instruments=assessment.instruments,
        start=start,
        end=end,
    )


def lead(one: Assessed, champion: Assessed) -> Interval | None:
    """Return the interval of the mean daily return less the champion's, on the same days; None where both are one."""
    return mean_interval(one.daily_returns - champion.daily_returns, confidence=LEAD_CONFIDENCE)


def _figures(one: Assessed, champion: Assessed | None, deflation: Deflation) -> Figures:
    ahead = lead(one, champion) if champion else None
    statistics = one.statistics
    return Figures(
        leaks=one.leaks,
        trades=one.trades,
        drawdown=one.drawdown,
        turnover=one.turnover,
        sharpe=one.record.sharpe * sqrt(deflation.periods_per_year) if one.record else None,
        deflated=deflation.deflated,
        ic=statistics.get("ic"),
        ic_low=statistics.get("ic_low"),
        ic_high=statistics.get("ic_high"),
        probabilities=one.version.manifest["kind"] == "class",
        calibration=statistics.get("calibration_error"),
        challenged=champion is not None,
        lead=float((one.daily_returns - champion.daily_returns).mean()) if champion else None,
        lead_low=ahead.low if ahead else None,
        lead_high=ahead.high if ahead else None,
    )


def _rank(judged: Judgement) -> tuple[bool, float, float]:
    figures = judged.figures
    deflated = -1.0 if figures.deflated is None else figures.deflated
    return judged.passed, deflated, -1.0 if figures.ic is None else figures.ic
