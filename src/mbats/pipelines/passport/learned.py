"""What the model learned from that had a say in a trade."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mbats.market.local_time import moment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from mbats.models.version import Fit, Version

_FACTS = ("dataset", "snapshot", "fingerprint", "estimator", "commit")


@dataclass(frozen=True, slots=True)
class Window:
    """The fit that scored the decision's bar, and what it had seen."""

    trained_from: datetime
    trained_until: datetime
    usable_from: datetime
    usable_until: datetime | None
    artefact: str
    format: str


@dataclass(frozen=True, slots=True)
class Learned:
    """A registered version, and what it said.

    Attributes
    ----------
    reference, version
        Name and number, and the id that pins it.
    score
        Probability of the upper class, or the expected number; NaN where it is not among the decision's values.
    fit
        The one in use at the decision; None: none was, or nobody knows when it was decided.
    dataset .. commit
        Of its manifest.
    """

    reference: str
    version: str
    score: float
    fit: Window | None
    dataset: str
    snapshot: str
    features: Any
    fingerprint: str
    label: Any
    estimator: str
    parameters: Mapping[str, Any]
    seed: Any
    commit: str
    synthetic: bool
    metrics: Mapping[str, Any]


def learned(version: Version, reference: str, time: int | None, score: float) -> Learned:
    """Return what a version's manifest tells of its score at a moment (nanoseconds UTC)."""
    used = None if time is None else in_use(version.fits, time)
    return Learned(
        reference=reference,
        version=version.id,
        score=score,
        fit=None if used is None else _window(used),
        synthetic=version.synthetic,
        features=version.manifest.get("features"),
        label=version.manifest.get("label"),
        parameters=dict(version.manifest.get("parameters", {})),
        seed=version.manifest.get("seed"),
        metrics=dict(version.manifest.get("metrics", {})),
        **{name: str(version.manifest.get(name) or "not recorded") for name in _FACTS},
    )


def in_use(fits: Sequence[Fit], time: int) -> Fit | None:
    """Return the fit that scores decisions at `time`, nanoseconds UTC; None: none may."""
    usable = (one for one in fits if one.usable_from < time and (one.usable_until is None or time <= one.usable_until))
    return next(usable, None)


def _window(fit: Fit) -> Window:
    return Window(
        trained_from=moment(fit.trained_from),
        trained_until=moment(fit.trained_until),
        usable_from=moment(fit.usable_from),
        usable_until=None if fit.usable_until is None else moment(fit.usable_until),
        artefact=fit.artefact,
        format=fit.format,
    )
