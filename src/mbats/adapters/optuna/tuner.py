from __future__ import annotations

from typing import TYPE_CHECKING, Any

import optuna
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.samplers import TPESampler
from optuna.trial import TrialState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbats.models.estimators.dimension import Dimension

_DIGITS = 6


class ParzenTuner:
    """Hyper-parameters drawn where good ones are likely; implements `mbats.pipelines.training.search.Tuner`.

    Tree-structured Parzen estimators in memory, one draw at a time: the same seed and the same answers give the same
    draws. Real numbers are rounded to six digits, so that a person can read and repeat them.
    """

    def __init__(self, space: Mapping[str, Dimension], seed: int) -> None:
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        self._distributions = {name: _distribution(dimension) for name, dimension in space.items()}
        self._study = optuna.create_study(direction="maximize", sampler=TPESampler(seed=seed))
        self._trial: optuna.Trial | None = None

    def ask(self) -> dict[str, Any]:
        """Return the next set of hyper-parameters."""
        self._trial = self._study.ask(self._distributions)
        return {name: _short(value) for name, value in self._trial.params.items()}

    def tell(self, value: float | None) -> None:
        """Say how good the last set was."""
        assert self._trial is not None, "ask first"
        self._study.tell(self._trial, value, state=TrialState.PRUNED if value is None else TrialState.COMPLETE)


def _distribution(dimension: Dimension) -> BaseDistribution:
    if dimension.options:
        return CategoricalDistribution(dimension.options)
    assert dimension.searched is not None, "only what is searched comes here"
    low, high = dimension.searched
    if dimension.integer:
        return IntDistribution(int(low), int(high), log=dimension.log)
    return FloatDistribution(low, high, log=dimension.log)


def _short(value: Any) -> Any:
    return float(f"{value:.{_DIGITS}g}") if isinstance(value, float) else value
