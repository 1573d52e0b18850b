from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mbats.models.drift.kolmogorov_smirnov import distance
from mbats.models.drift.population import MAJOR, population_stability

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from numpy.typing import NDArray

SURE = 0.01
"""Chance of a Kolmogorov-Smirnov distance, shared among all features, below which it is taken for real."""
WORSE_CALIBRATED = 0.05
"""Growth of the expected calibration error from which on it is drift."""


@dataclass(frozen=True, slots=True)
class FeatureDrift:
    """How far one feature has moved.

    Attributes
    ----------
    psi
        Population stability index.
    ks, p
        Kolmogorov-Smirnov distance and its p-value.
    drifted
        Whether the index is major and the distance no chance.
    """

    feature: str
    psi: float | None
    ks: float | None
    p: float | None
    drifted: bool


@dataclass(frozen=True, slots=True)
class ScoreDrift:
    """What the scores were worth when the model was made, and late; None: unknown.

    Attributes
    ----------
    ic, late_ic, late_low, late_high
        Information coefficient of the predictions out of fold; the late one with its 95 % interval.
    calibration, late_calibration
        Expected calibration error, of probabilities.
    rows
        Late predictions whose outcome is known.
    """

    rows: int
    ic: float | None = None
    late_ic: float | None = None
    late_low: float | None = None
    late_high: float | None = None
    calibration: float | None = None
    late_calibration: float | None = None

    @property
    def decayed(self) -> bool:
        """Whether the coefficient was above zero and its late interval lies below what it was."""
        return self.ic is not None and self.ic > 0 and self.late_high is not None and self.late_high < self.ic

    @property
    def miscalibrated(self) -> bool:
        """Whether probabilities have come apart from frequencies."""
        before, now = self.calibration, self.late_calibration
        return before is not None and now is not None and now - before > WORSE_CALIBRATED


@dataclass(frozen=True, slots=True)
class Drift:
    """How far the market has left a model behind."""

    features: tuple[FeatureDrift, ...]
    scores: ScoreDrift

    @property
    def reasons(self) -> tuple[str, ...]:
        """What has drifted, in words; empty: nothing."""
        moved = [one.feature for one in self.features if one.drifted]
        found = [f"features have moved: {', '.join(moved)}"] if moved else []
        scores = self.scores
        if scores.decayed:
            found.append(f"the information coefficient fell from {scores.ic:.3f} to {scores.late_ic:.3f}")
        if scores.miscalibrated:
            found.append(
                f"the expected calibration error grew from {scores.calibration:.3f} to {scores.late_calibration:.3f}"
            )
        return tuple(found)

    @property
    def drifted(self) -> bool:
        """Whether there is a reason to train anew."""
        return bool(self.reasons)


def feature_drift(columns: Sequence[str], reference: NDArray[Any], late: NDArray[Any]) -> tuple[FeatureDrift, ...]:
    """Compare every feature of the training rows, shape (n, k), with that of late rows, shape (m, k)."""
    sure = SURE / max(len(columns), 1)
    found = []
    for place, name in enumerate(columns):
        before, now = reference[:, place], late[:, place]
        psi, far = population_stability(before, now), distance(before, now)
        drifted = psi is not None and psi >= MAJOR and (far is None or far.p < sure)
        found.append(FeatureDrift(name, psi, far.statistic if far else None, far.p if far else None, drifted))
    return tuple(found)
