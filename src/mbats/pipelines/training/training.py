"""From a plan to a registered version: judge out of fold, walk forward, write down, register last."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np

from mbats.errors.training import FeaturesForResearchOnly
from mbats.models.artefacts import keep_fit, keep_version, open_version
from mbats.models.datasets.keeping import keep
from mbats.models.registry import refuse_unfit_name
from mbats.models.training.line import line_of_fits
from mbats.pipelines.referee import judge_best, track_record
from mbats.pipelines.training.judgement import Judge
from mbats.pipelines.training.manifest import as_fits, manifest, states_after
from mbats.pipelines.training.record import asked, figures_of, tell
from mbats.pipelines.training.search import best_of, searched
from mbats.pipelines.training.tracking import NewModel
from mbats.reports.evidence import sentence

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from mbats.clock import Clock
    from mbats.evidence.deflation import Deflation
    from mbats.evidence.register import TrialRegister
    from mbats.execution.financing import FinancingRates
    from mbats.market.bars import Bars
    from mbats.models.dataset import Dataset
    from mbats.models.prosecution.controls import Control
    from mbats.models.training.line import TrainedFit
    from mbats.models.version import Version
    from mbats.pipelines.training.judgement import Judgement
    from mbats.pipelines.training.plan import TrainingPlan
    from mbats.pipelines.training.search import Tuners
    from mbats.pipelines.training.tracking import Tracking
    from mbats.secmaster.object_store import ObjectStore
    from mbats.simulation.watch import Watch

_EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Ground:
    """What a training stands on.

    Attributes
    ----------
    market, series
        What the snapshot holds: the instruments to learn from, those that features read, those that convert money.
    """

    snapshot: str
    market: Mapping[str, Bars]
    series: Mapping[str, Mapping[str, NDArray[Any]]]
    store: ObjectStore
    register: TrialRegister
    tracking: Tracking
    tuners: Tuners
    clock: Clock
    watch: Watch
    financing: FinancingRates | None = None


@dataclass(frozen=True, slots=True)
class Training:
    """A finished training.

    Attributes
    ----------
    judged
        Every set of hyper-parameters that was tried, the chosen one first.
    controls
        Trainings with nothing to learn; where one scored, the version is registered and not made the challenger.
    deflation
        What is left of the chosen one's Sharpe ratio once everything tried on its data is counted.
    run
        Of the tracking.
    """

    version: Version
    dataset: Dataset
    judged: Sequence[Judgement]
    controls: Sequence[Control]
    line: Sequence[TrainedFit]
    deflation: Deflation
    run: str

    @property
    def chosen(self) -> Judgement:
        """What was registered."""
        return self.judged[0]

    @property
    def passed(self) -> bool:
        """Whether no training with nothing to learn has scored."""
        return _passed(self.controls)

    @property
    def verdict(self) -> str:
        """What trading its out-of-fold scores is worth, in one sentence."""
        return sentence(self.deflation)


def train(plan: TrainingPlan, ground: Ground) -> Training:
    """Train, judge and register a model; what fails leaves nothing in the registry.

    Raises
    ------
    mbats.errors.base.MbatsError
        Of the dataset, a split, an estimator or the tracking; each says what to do.
    """
    refuse_unfit_name(plan.name)
    if plan.features.research:
        raise FeaturesForResearchOnly(columns=", ".join(plan.features.research))
    dataset = plan.dataset(ground.snapshot, ground.market, ground.series, ground.financing, plan.provenance.commit)
    keep(ground.store, dataset)
    folds = plan.validation.split(dataset.start, dataset.end)
    steps = plan.walk_forward.split(dataset.start, dataset.end) if plan.walk_forward else []
    fits = (max(plan.candidates, 1) + 2 * plan.controls) * len(folds) + len(steps) + 1
    with (
        ground.tracking.run(plan.name, _same_again(plan, dataset), _tags(plan)) as run,
        ground.watch(f"Training {plan.name}", fits) as advance,
    ):
        run.parameters(asked(plan))
        run.dataset(dataset)
        judge = Judge(plan, dataset, ground.market, folds, advance, ground.financing)
        judged = _judged(plan, judge, ground)
        plan = replace(plan, estimator=judged[0].estimator)
        controlled = judge.controls(plan.estimator)
        line = line_of_fits(dataset, plan.estimator, steps, plan.seed, advance)
        deflation = _deflated(dataset, judged, ground)
        version = _kept(plan, ground, dataset, figures_of(judged[0], controlled), line)
        tell(run, version, dataset, judged, deflation)
        passed = _passed(controlled)
        registered = run.register(_new_model(version, dataset, line[-1], sentence(deflation), passed))
    return Training(registered, dataset, judged, controlled, line, deflation, run.id)


def _same_again(plan: TrainingPlan, dataset: Dataset) -> str:
    """Return the digest of all that a run's figures come from: only the same training goes on with one cut off."""
    return sha256(f"{plan.digest} {plan.controls} {_made_by(plan)} {dataset.id}".encode()).hexdigest()


def _made_by(plan: TrainingPlan) -> dict[str, str]:
    return {f"mbats.{name}": getattr(plan.provenance, name) for name in ("commit", "lock", "python")}


def _tags(plan: TrainingPlan) -> dict[str, str]:
    return {**_made_by(plan), "mbats.command": plan.provenance.command, **plan.tags}


def _passed(controlled: Sequence[Control]) -> bool:
    return all(each.passed is not False for each in controlled)


def _judged(plan: TrainingPlan, judge: Judge, ground: Ground) -> list[Judgement]:
    def tried(parameters: Mapping[str, Any]) -> Judgement:
        """Judge, and tell the register at once: a search that breaks off has been looked at, too."""
        judgement = judge(parameters)
        ground.register.add([judgement.trial], ground.clock.now())
        return judgement

    first = tried({})
    space = searched(plan.estimator.space)
    if plan.candidates < 2 or not space:
        return [first]
    return best_of(first, plan.candidates, ground.tuners(space, plan.seed), tried)


def _deflated(dataset: Dataset, judged: Sequence[Judgement], ground: Ground) -> Deflation:
    trial, money = judged[0].trial.trial, judged[0].money
    tried = ground.register.tried(dataset.symbols, trial.start, trial.end)
    own = len({judgement.trial.trial.fingerprint for judgement in judged})
    record = None if money is None else track_record(money.figures())
    return judge_best(record, money.periods_per_year if money else 252, tried, own)


def _kept(
    plan: TrainingPlan, ground: Ground, dataset: Dataset, metrics: Mapping[str, Any], line: Sequence[TrainedFit]
) -> Version:
    """Store the fits and the manifest of a version, which has no number yet."""
    artefacts = [keep_fit(ground.store, fit.fitted.dump()) for fit in line]
    states = states_after(plan, dataset, ground.market, ground.series)
    facts = manifest(plan, dataset, states, metrics)
    return open_version(ground.store, keep_version(ground.store, facts, as_fits(line, artefacts)))


def _new_model(version: Version, dataset: Dataset, last: TrainedFit, verdict: str, challenger: bool) -> NewModel:
    return NewModel(
        version=version,
        content=last.fitted.dump(),
        format=last.fitted.format,
        kind=version.manifest["kind"],
        columns=dataset.columns,
        example=np.ascontiguousarray(dataset.features[:_EXAMPLES]),
        description=verdict,
        challenger=challenger,
    )
