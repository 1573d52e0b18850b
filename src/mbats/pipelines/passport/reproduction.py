"""A version trained once more from its manifest, and held against what was registered."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from mbats.models.training.line import line_of_fits
from mbats.pipelines.passport.replay import Difference, differences, same
from mbats.pipelines.training.judgement import Judge
from mbats.pipelines.training.manifest import as_fits
from mbats.pipelines.training.record import figures_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from mbats.execution.financing import FinancingRates
    from mbats.market.bars import Bars
    from mbats.models.version import Version
    from mbats.pipelines.training.plan import Provenance, TrainingPlan
    from mbats.simulation.watch import Watch

ABSOLUTE, RELATIVE = 0.001, 0.01
"""How far a figure may be from the registered one where the environment is another: 0.001 and 1 % of it."""
_ENVIRONMENT = ("commit", "lock", "python")


@dataclass(frozen=True, slots=True)
class Reproduction:
    """What training a version once more gave.

    Attributes
    ----------
    environment
        What of commit, lock (of all packages) and Python with its processor family is not what it was.
    dataset, fits, metrics
        Where the dataset's id, the fits (their windows and the hashes of their artefacts) and the figures differ.
    beyond
        Figures that are farther off than the stated tolerance.
    figures
        How many figures were compared.
    """

    reference: str
    version: str
    environment: tuple[Difference, ...]
    dataset: tuple[Difference, ...]
    fits: tuple[Difference, ...]
    metrics: tuple[Difference, ...]
    beyond: tuple[Difference, ...]
    figures: int

    @property
    def identical(self) -> bool:
        """Whether dataset, artefacts and figures are the same to the last bit."""
        return not (self.dataset or self.fits or self.metrics)

    @property
    def reproduced(self) -> bool:
        """Whether it is what was promised: identical here, within the tolerance in another environment."""
        return self.identical or bool(self.environment and not self.beyond)


def reproduce(
    version: Version,
    plan: TrainingPlan,
    market: Mapping[str, Bars],
    series: Mapping[str, Mapping[str, NDArray[Any]]],
    watch: Watch,
    *,
    financing: FinancingRates | None = None,
) -> Reproduction:
    """Build the dataset, judge and fit once more; nothing is registered, and a rerun is no trial.

    Parameters
    ----------
    plan
        Made from the version's manifest; its provenance is the present one.
    market, series, financing
        Of the version's snapshot.
    """
    manifest = version.manifest
    # Under the commit of the first time, which is part of the dataset's id.
    dataset = plan.dataset(manifest["snapshot"], market, series, financing, manifest["commit"])
    folds = plan.validation.split(dataset.start, dataset.end)
    steps = plan.walk_forward.split(dataset.start, dataset.end) if plan.walk_forward else []
    fits = (1 + 2 * plan.controls) * len(folds) + len(steps) + 1
    with watch(f"Training {version.reference} once more", fits) as advance:
        judge = Judge(plan, dataset, market, folds, advance, financing)
        judged, controlled = judge({}), judge.controls(plan.estimator)
        line = line_of_fits(dataset, plan.estimator, steps, plan.seed, advance)
    made = as_fits(line, [sha256(fit.fitted.dump()).hexdigest() for fit in line])
    was, now = (dict(_flat(figures)) for figures in (manifest["metrics"], figures_of(judged, controlled)))
    metrics = differences(was, now)
    return Reproduction(
        reference=version.reference if version.number else version.id[:12],
        version=version.id,
        environment=_environment(manifest, plan.provenance),
        dataset=differences({"dataset": manifest["dataset"]}, {"dataset": dataset.id}),
        fits=differences(_numbered(version.fits), _numbered(made)),
        metrics=metrics,
        beyond=tuple(one for one in metrics if not _close(one.was, one.now)),
        figures=len(was),
    )


def _environment(manifest: Mapping[str, Any], here: Provenance) -> tuple[Difference, ...]:
    """Return what is not as it was; a work tree that differed from its commit is known to nobody."""
    was = {name: manifest.get(name) for name in _ENVIRONMENT}
    found = differences(was, {name: getattr(here, name) for name in _ENVIRONMENT})
    if str(manifest["commit"]).endswith("+") and not any(one.name == "commit" for one in found):
        return (Difference("commit", manifest["commit"], f"{here.commit}: with changes that nobody kept"), *found)
    return found


def _numbered(fits: Any) -> dict[str, Any]:
    names = ("trained_from", "trained_until", "usable_from", "usable_until", "format", "artefact")
    return {f"fit {number}: {name}": getattr(fit, name) for number, fit in enumerate(fits, 1) for name in names}


def _flat(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Yield figures by their path; a whole float and the whole number that JSON made of it are one."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value, 1) if isinstance(value, list) else None
    if pairs is None:
        yield name, float(value) if type(value) is int else value
        return
    for key, held in pairs:
        yield from _flat(held, f"{name}.{key}" if name else str(key))


def _close(was: Any, now: Any) -> bool:
    if not (isinstance(was, float) and isinstance(now, float)):
        return same(was, now)
    return abs(now - was) <= ABSOLUTE + RELATIVE * abs(was)
