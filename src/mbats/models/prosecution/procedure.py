from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from mbats.models.training.rows import rows_of

if TYPE_CHECKING:
    from mbats.market.columns import FloatColumn
    from mbats.models.dataset import Dataset
    from mbats.models.estimator import Estimator
    from mbats.models.validation.split import Split

Procedure: TypeAlias = "Callable[[Dataset, Split], FloatColumn]"
"""All that is done to score the test rows of a split, shape (tests,): scaling, choosing and fitting included."""


def procedure_of(estimator: Estimator, seed: int = 0) -> Procedure:
    """Return the procedure that fits an estimator on the training rows alone."""

    def fit_and_score(dataset: Dataset, split: Split) -> FloatColumn:
        fitted = estimator.fit(*rows_of(dataset, split.train), dataset.columns, seed)
        return fitted.score(dataset.features[split.test])

    return fit_and_score
