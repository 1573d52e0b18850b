from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

from mbats.evidence.luck import deflated_sharpe, expected_maximum
from mbats.evidence.track_record import minimum_track_record, probabilistic_sharpe

if TYPE_CHECKING:
    from mbats.evidence.track_record import TrackRecord
    from mbats.evidence.tried import Tried

GATE = 0.95
"""A deflated Sharpe ratio from here on passes: luck alone reaches it in at most one search of twenty."""


@dataclass(frozen=True, slots=True)
class Deflation:
    """What is left of a Sharpe ratio once everything is counted that was tried on the same data.

    What cannot be computed is None.

    Attributes
    ----------
    own, others, prior
        Trials of this run or sweep; all others in the register on overlapping instruments and period; those made
        elsewhere and declared.
    judged
        How many of the trials have a record that the variance of their Sharpe ratios rests on.
    expected_maximum
        Annualised Sharpe ratio that the best of all these trials is expected to show by luck alone.
    probabilistic
        Probability that the true Sharpe ratio is above 0, as if nothing else had been tried.
    deflated
        Probability that it is above `expected_maximum`.
    days, minimum_days
        Daily returns there are, and how many a record like this one needs to show with 95 % confidence, as if nothing
        else had been tried, that its Sharpe ratio is above 0.
    periods_per_year
        Returns a year.
    overfitting
        Probability of backtest overfitting (`mbats.evidence.overfitting`); None for a single run or without
        synchronous returns.
    """

    own: int
    others: int
    prior: int
    judged: int
    days: int
    periods_per_year: int
    expected_maximum: float | None = None
    probabilistic: float | None = None
    deflated: float | None = None
    minimum_days: float | None = None
    overfitting: float | None = None

    @property
    def trials(self) -> int:
        """Everything that the result was chosen from, as far as is known."""
        return self.own + self.others + self.prior

    @property
    def passes(self) -> bool:
        """Whether the deflated Sharpe ratio passes the gate of 5 %."""
        return self.deflated is not None and self.deflated >= GATE

    @property
    def assumed(self) -> bool:
        """Whether some of the variance was assumed, because not all trials have a record."""
        return self.trials > 1 and self.judged < self.trials


def deflate(
    record: TrackRecord | None,
    tried: Tried,
    periods_per_year: int,
    *,
    own: int = 1,
    overfitting: float | None = None,
) -> Deflation:
    """Deflate a Sharpe ratio by what was tried on its data.

    Parameters
    ----------
    record
        Of the run, or of the best cell of a sweep; None where it is undefined.
    tried
        All trials on the data, those of this run or sweep included.
    own
        How many of them are of this run or sweep.
    """
    others = max(tried.trials - own, 0)
    days = record.days if record else 0
    counted = Deflation(own, others, tried.prior, tried.judged, days, periods_per_year, overfitting=overfitting)
    if record is None:
        return counted
    variance = variance_of(tried, record.days)
    luck = expected_maximum(counted.trials, variance)
    return Deflation(
        own=own,
        others=others,
        prior=tried.prior,
        judged=tried.judged,
        days=record.days,
        periods_per_year=periods_per_year,
        expected_maximum=luck * sqrt(periods_per_year),
        probabilistic=probabilistic_sharpe(record),
        deflated=deflated_sharpe(record, counted.trials, variance),
        minimum_days=minimum_track_record(record),
        overfitting=overfitting,
    )


def variance_of(tried: Tried, days: int) -> float:
    """Return the variance of the trials' daily Sharpe ratios, as of records of `days` days.

    Ratios of records of unequal length differ in their luck, so it is the variance of ``SR_i sqrt(T_i)`` over `days`;
    for records of equal length, as in a sweep, it is plainly that of the ratios. Trials without a record count with
    the variance that luck alone gives independent ones, 1 over `days`.
    """
    if tried.variance is None or tried.count == 0:
        return 1.0 / days
    unknown = tried.count - tried.judged
    return (tried.judged * tried.variance + unknown) / (tried.count * days)
