from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mbats.errors.training import EstimatorScoresNothing
from mbats.models.metrics.statistical import evaluate
from mbats.models.training.rows import rows_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mbats.market.columns import FloatColumn, IntColumn
    from mbats.models.dataset import Dataset
    from mbats.models.estimator import Estimator
    from mbats.models.validation.split import Split


@dataclass(frozen=True, slots=True)
class Fold:
    """What came of one training and its test.

    Attributes
    ----------
    trained, tested
        Rows.
    start, end
        First and last decision of the test, nanoseconds UTC.
    figures
        As `mbats.models.metrics.statistical.evaluate` names them.
    """

    number: int
    trained: int
    tested: int
    start: int
    end: int
    figures: Mapping[str, float | None]
    importance: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class OutOfFold:
    """Scores of rows by fits that have not seen them.

    Attributes
    ----------
    score
        Shape (n,); the mean where a row is tested more than once, NaN where never.
    figures
        Of all scores together.
    """

    score: FloatColumn
    folds: tuple[Fold, ...]
    figures: Mapping[str, float | None]

    @property
    def importance(self) -> dict[str, float]:
        """Return the mean importance of each column over the folds, the largest first."""
        columns = {column for fold in self.folds for column in fold.importance}
        means = {column: float(np.mean([fold.importance[column] for fold in self.folds])) for column in columns}
        return dict(sorted(means.items(), key=lambda item: (-item[1], item[0])))


def out_of_fold(
    dataset: Dataset, estimator: Estimator, splits: Sequence[Split], seed: int, advance: Callable[[int], None]
) -> OutOfFold:
    """Train on each split's training rows alone and score its test rows; `advance` is told of each fit.

    Raises
    ------
    EstimatorScoresNothing
        Where a fold has no score at all: its silence would be taken for a model that sees no chance.
    """
    kind = dataset.manifest["kind"]
    total, times = np.zeros(len(dataset)), np.zeros(len(dataset))
    folds = []
    for number, split in enumerate(splits, start=1):
        features, label, weight = rows_of(dataset, split.train)
        fitted = estimator.fit(features, label, weight, dataset.columns, seed)
        score = fitted.score(dataset.features[split.test])
        if np.isnan(score).all():
            raise EstimatorScoresNothing(estimator=estimator.name, rows=len(score), fold=number)
        total[split.test] += score
        times[split.test] += 1
        figures = _figures(dataset, split.test, score, kind)
        moments = dataset.start[split.test]
        extent = (len(split.train), len(split.test), int(moments.min()), int(moments.max()))
        folds.append(Fold(number, *extent, figures, fitted.importance()))
        advance(1)
    with np.errstate(invalid="ignore"):
        score = total / np.where(times > 0, times, np.nan)
    return OutOfFold(score, tuple(folds), _figures(dataset, np.flatnonzero(times > 0), score[times > 0], kind))


def _figures(dataset: Dataset, rows: IntColumn, score: FloatColumn, kind: str) -> dict[str, float | None]:
    judged = (dataset.label[rows], score, dataset.outcome[rows], dataset.weight[rows])
    return evaluate(*judged, kind, start=dataset.start[rows], end=dataset.end[rows])
