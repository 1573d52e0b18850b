"""What a Sharpe ratio is worth once everything that was tried is counted, in figures and in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mbats.evidence.deflation import GATE
from mbats.reports.numerals import count, defined, number, percent

if TYPE_CHECKING:
    from mbats.evidence.bootstrap import Interval
    from mbats.evidence.deflation import Deflation


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the referee says of a run.

    Attributes
    ----------
    now
        By all trials known at this moment.
    then
        By those known when the run was judged first; None for a new run, and for one from before there was a referee.
    resampled
        Interval of the Sharpe ratio by stationary bootstrap; None where nobody asked for it.
    """

    now: Deflation
    then: Deflation | None = None
    resampled: Interval | None = None


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """One row of the referee's table: what, how much, and what it means."""

    name: str
    value: str
    meaning: str


def sentence(deflation: Deflation) -> str:
    """Say in one sentence what the best of so many trials is worth.

    >>> from mbats.evidence.deflation import Deflation
    >>> sentence(Deflation(315, 0, 0, 315, 1000, 260, expected_maximum=1.31, deflated=0.41))
    'Best of 315 trials; a Sharpe of 1.3 is expected by luck alone; deflated: 0.41: no.'
    """
    if not (defined(deflation.deflated) and defined(deflation.expected_maximum)):
        return f"{_of(deflation)}; too little to judge: no."
    answer = "yes" if deflation.passes else "no"
    if deflation.trials == 1:
        return (
            "The only trial, nothing to deflate by; probability that its Sharpe is above zero: "
            f"{number(deflation.deflated)}: {answer}."
        )
    return (
        f"{_of(deflation)}; a Sharpe of {number(deflation.expected_maximum, 1)} is expected by luck alone; "
        f"deflated: {number(deflation.deflated)}: {answer}."
    )


def evidence_lines(evidence: Evidence) -> tuple[EvidenceLine, ...]:
    """Return the referee's figures in reading order."""
    now = evidence.now
    return (
        EvidenceLine("Deflated Sharpe ratio", number(now.deflated), _gate(now)),
        EvidenceLine("Probabilistic Sharpe ratio", number(now.probabilistic), "as if nothing else had been tried"),
        EvidenceLine("Trials", f"{now.trials:,}", _trials(evidence)),
        EvidenceLine("Sharpe ratio by luck", number(now.expected_maximum), _luck(now)),
        EvidenceLine("Days needed", _days(now.minimum_days), _length(now)),
        *_resampled(evidence),
        *_overfitting(now),
    )


def trials_note(deflation: Deflation) -> str:
    """Return what a table says beneath a deflated ratio: ``best of 315 trials``."""
    return _of(deflation).lower()


def _of(deflation: Deflation) -> str:
    if deflation.trials == 1:
        return "The only trial"
    best = "Best" if deflation.own > 1 else "One"
    return f"{best} of {count(deflation.trials, 'trial')}"


def _gate(deflation: Deflation) -> str:
    if not defined(deflation.deflated):
        return "too little to judge"
    passed = "passes" if deflation.passes else "does not pass"
    return f"probability that it is more than luck; {passed} the gate of {number(GATE)}"


def _trials(evidence: Evidence) -> str:
    now, then = evidence.now, evidence.then
    parts = [f"{now.own:,} here", f"{now.others:,} more on overlapping data"]
    if now.prior:
        parts.append(f"{now.prior:,} declared")
    if then is not None and then.trials != now.trials:
        parts.append(f"{then.trials:,} when it ran, deflated {number(then.deflated)} then")
    return ", ".join(parts)


def _luck(deflation: Deflation) -> str:
    expected = "what the best of so many worthless trials shows"
    return f"{expected}; {deflation.trials - deflation.judged:,} without a record" if deflation.assumed else expected


def _days(days: float | None) -> str:
    return f"{days:,.0f}" if defined(days) else number(None)


def _length(deflation: Deflation) -> str:
    there = f"there are {deflation.days:,} ({number(deflation.days / deflation.periods_per_year, 1)} years)"
    if not defined(deflation.minimum_days):
        return f"{there}; no length would show a ratio above zero"
    years = number(deflation.minimum_days / deflation.periods_per_year, 1)
    return f"{years} years to show a ratio above zero, with nothing else tried; {there}"


def _resampled(evidence: Evidence) -> tuple[EvidenceLine, ...]:
    found = evidence.resampled
    if found is None:
        return ()
    ends = f"[{number(found.low)}, {number(found.high)}]"
    meaning = f"95 % interval by stationary bootstrap, stretches of {number(found.block, 0)} days on average"
    return (EvidenceLine("Sharpe ratio, resampled", ends, meaning),)


def _overfitting(deflation: Deflation) -> tuple[EvidenceLine, ...]:
    if deflation.own == 1:
        return ()
    meaning = "how often the best of one half of the days is in the worse half of the cells in the other"
    return (EvidenceLine("Probability of overfitting", percent(deflation.overfitting, 0), meaning),)
