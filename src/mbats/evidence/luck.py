"""How good the best of many worthless trials looks."""

from __future__ import annotations

from math import e, sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING

from mbats.evidence.track_record import probabilistic_sharpe

if TYPE_CHECKING:
    from mbats.evidence.track_record import TrackRecord

_EULER = 0.5772156649015329
_NORMAL = NormalDist()


def expected_maximum(trials: int, variance: float) -> float:
    """Return the Sharpe ratio that the best of `trials` is expected to show if none of them has any.

    ``sqrt(V) ((1 - g) Phi^-1(1 - 1/N) + g Phi^-1(1 - 1/(N e)))``, g the Euler-Mascheroni constant: Bailey and Lopez de
    Prado (2014), "The deflated Sharpe ratio", Journal of Portfolio Management 40(5), equation 1.

    Parameters
    ----------
    variance
        Of the trials' Sharpe ratios, in the unit of the result squared.
    """
    if trials < 2:
        return 0.0
    most = (1.0 - _EULER) * _NORMAL.inv_cdf(1.0 - 1.0 / trials) + _EULER * _NORMAL.inv_cdf(1.0 - 1.0 / (trials * e))
    return sqrt(variance) * most


def deflated_sharpe(record: TrackRecord, trials: int, variance: float) -> float | None:
    """Return the probability that the true ratio exceeds what the best of so many trials shows by luck.

    The probabilistic Sharpe ratio against `expected_maximum`: Bailey and Lopez de Prado (2014), "The deflated Sharpe
    ratio", equation 2. Either all trials with the variance across all their ratios, or clusters of them with the
    variance across clusters (`mbats.evidence.clusters`), never the number of the one with the variance of the other:
    that discounts correlation twice.

    Parameters
    ----------
    variance
        Of the trials' daily Sharpe ratios.
    """
    return probabilistic_sharpe(record, expected_maximum(trials, variance))
