from __future__ import annotations

from math import sqrt
from statistics import NormalDist
from typing import NamedTuple

_NORMAL = NormalDist()


class TrackRecord(NamedTuple):
    """What the statistics of this room need of a row of daily returns.

    Attributes
    ----------
    sharpe
        Mean over standard deviation of excess returns, per day: the annualised ratio over the root of days a year.
    days
        Number of returns, T.
    skewness, kurtosis
        Of the returns; raw kurtosis, 3 for a normal distribution.
    """

    sharpe: float
    days: int
    skewness: float = 0.0
    kurtosis: float = 3.0

    @property
    def t(self) -> float:
        """The Sharpe ratio in units of luck: its standard deviation over T days without skill is about ``T**-0.5``."""
        return self.sharpe * sqrt(self.days)


def shape(record: TrackRecord) -> float:
    """Return ``1 - g3 SR + (g4 - 1) / 4 SR**2``: T - 1 times the variance of the estimated ratio.

    Mertens (2002), as used by Bailey and Lopez de Prado (2012), "The Sharpe ratio efficient frontier", Journal of Risk
    15(2), section "Probabilistic Sharpe ratio".
    """
    return 1.0 - record.skewness * record.sharpe + (record.kurtosis - 1.0) / 4.0 * record.sharpe**2


def probabilistic_sharpe(record: TrackRecord, benchmark: float = 0.0) -> float | None:
    """Return the probability that the true ratio exceeds `benchmark` (per day).

    ``Phi((SR - SR*) sqrt(T - 1) / sqrt(1 - g3 SR + (g4 - 1) / 4 SR**2))``: Bailey and Lopez de Prado (2012), "The
    Sharpe ratio efficient frontier", section "Probabilistic Sharpe ratio".

    Returns
    -------
    float | None
        None for fewer than two days.
    """
    variance = shape(record)
    if record.days < 2 or not variance > 0:
        return None
    return _NORMAL.cdf((record.sharpe - benchmark) * sqrt((record.days - 1) / variance))


def minimum_track_record(record: TrackRecord, benchmark: float = 0.0, confidence: float = 0.95) -> float | None:
    """Return after how many days a record like this one shows, with `confidence`, a ratio above `benchmark` (per day).

    ``1 + (1 - g3 SR + (g4 - 1) / 4 SR**2) (Z / (SR - SR*))**2``: Bailey and Lopez de Prado (2012), "The Sharpe ratio
    efficient frontier", section "Minimum track record length".

    Returns
    -------
    float | None
        None where the ratio does not exceed the benchmark: no length would do.
    """
    if not record.sharpe > benchmark:
        return None
    return 1.0 + shape(record) * (_NORMAL.inv_cdf(confidence) / (record.sharpe - benchmark)) ** 2
