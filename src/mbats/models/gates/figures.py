from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured of a challenger on the later period; None: it could not be.

    Attributes
    ----------
    leaks
        Findings of the leak prosecutor.
    trades, drawdown, turnover
        Of its scores traded with costs; `turnover` is value traded a year over the mean net asset value.
    sharpe, deflated
        Annualised ratio, and the probability that the true one exceeds the luck of all trials.
    ic, ic_low, ic_high
        Information coefficient and its 95 % interval.
    probabilities
        Whether its scores are probabilities, so that they can be calibrated.
    calibration
        Expected calibration error.
    challenged
        Whether there is a champion to be better than.
    lead, lead_low, lead_high
        Mean daily return less the champion's, and its 90 % interval.
    """

    leaks: float | None = None
    trades: float | None = None
    drawdown: float | None = None
    turnover: float | None = None
    sharpe: float | None = None
    deflated: float | None = None
    ic: float | None = None
    ic_low: float | None = None
    ic_high: float | None = None
    probabilities: bool = False
    calibration: float | None = None
    challenged: bool = False
    lead: float | None = None
    lead_low: float | None = None
    lead_high: float | None = None
