"""What a set of hyper-parameters is worth out of its training, in numbers and in money."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np

from mbats.errors.scoring import NothingScored
from mbats.evidence.trial import Trial, TrialResult
from mbats.market.local_time import moment
from mbats.models.prosecution.controls import controls
from mbats.models.scoring.given import GivenScores
from mbats.models.training.out_of_fold import OutOfFold, out_of_fold
from mbats.models.training.rows import rows_of
from mbats.pipelines.model_trading import TradedScores, traded
from mbats.pipelines.referee import track_record
from mbats.strategies.model_bracket import ModelBracket
from mbats.strategies.source import digest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mbats.execution.financing import FinancingRates
    from mbats.market.bars import Bars
    from mbats.market.columns import FloatColumn
    from mbats.models.dataset import Dataset
    from mbats.models.estimators.searchable import SearchableEstimator
    from mbats.models.prosecution.controls import Control
    from mbats.models.validation.split import Split
    from mbats.pipelines.training.plan import TrainingPlan


@dataclass(frozen=True, slots=True)
class Judgement:
    """An estimator and what its out-of-fold scores show.

    Attributes
    ----------
    money
        What an account that followed the scores earned; None where no score can be traded.
    trial
        What the register hears of it.
    """

    estimator: SearchableEstimator
    scores: OutOfFold
    money: TradedScores | None
    trial: TrialResult

    @property
    def value(self) -> float | None:
        """How good it is for a search: the information coefficient, None where undefined."""
        return self.scores.figures["ic"]


@dataclass(frozen=True, slots=True)
class Judge:
    """Trains on the folds of one dataset, scores what was left out and trades it."""

    plan: TrainingPlan
    dataset: Dataset
    market: Mapping[str, Bars]
    splits: Sequence[Split]
    advance: Callable[[int], None]
    financing: FinancingRates | None = None

    def __call__(self, parameters: Mapping[str, Any]) -> Judgement:
        """Judge the plan's estimator with some of its hyper-parameters changed."""
        estimator = self.plan.estimator.with_parameters(parameters)
        scores = out_of_fold(self.dataset, estimator, self.splits, self.plan.seed, self.advance)
        money = self.money(scores.score)
        return Judgement(estimator, scores, money, self._trial(estimator, money))

    def controls(self, estimator: SearchableEstimator) -> tuple[Control, ...]:
        """Train on noise and on permuted labels in the same folds; both have to score as chance."""

        def procedure(dataset: Dataset, split: Split) -> FloatColumn:
            fitted = estimator.fit(*rows_of(dataset, split.train), dataset.columns, self.plan.seed)
            self.advance(1)
            return fitted.score(dataset.features[split.test])

        return controls(self.dataset, self.splits, procedure, seed=self.plan.seed) if self.plan.controls else ()

    def money(self, score: FloatColumn) -> TradedScores | None:
        """Return what trading the scores of the dataset's rows earns."""
        data, plan = self.dataset, self.plan
        by_symbol = {}
        for place, symbol in enumerate(data.symbols):
            rows = np.flatnonzero((data.instrument == place) & np.isfinite(score))
            by_symbol[symbol] = (data.time[rows], score[rows])
        own = {symbol: self.market[symbol] for symbol in data.symbols}
        try:
            given = GivenScores(by_symbol, kind=plan.label.kind)
            following = _following(plan.label.kind)
            return traded(
                given,
                own,
                strategy=following,
                account=plan.account,
                costs=plan.costs,
                converting=self.market,
                financing=self.financing,
            )
        except NothingScored:
            return None

    def _trial(self, estimator: SearchableEstimator, money: TradedScores | None) -> TrialResult:
        plan, data = self.plan, self.dataset
        trial = Trial(
            strategy=f"{plan.name} ({estimator.name})",
            code=sha256(f"{estimator.code} {digest(ModelBracket)}".encode()).hexdigest(),
            parameters={
                "estimator": estimator.name,
                "parameters": dict(estimator.parameters),
                "features": data.manifest["fingerprint"],
                "label": dict(plan.label.spec),
                "validation": dict(plan.validation.spec),
                "seed": plan.seed,
                "strategy": _following(plan.label.kind).parameters,
            },
            snapshot=data.manifest["snapshot"],
            costs=asdict(plan.costs),
            instruments=data.symbols,
            start=moment(int(data.time.min())),
            end=moment(int(data.end.max())),
        )
        if money is None:
            return TrialResult(trial)
        return TrialResult(trial, money.days, track_record(money.figures()))


def _following(kind: str) -> ModelBracket:
    """Return what follows scores: probabilities from its usual threshold on, expected returns by their sign."""
    return ModelBracket() if kind == "class" else ModelBracket(threshold=0.0)
