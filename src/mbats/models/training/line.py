from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from mbats.models.training.rows import rows_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mbats.market.columns import IntColumn
    from mbats.models.dataset import Dataset
    from mbats.models.estimator import Estimator, Fitted
    from mbats.models.validation.split import Split


@dataclass(frozen=True, slots=True)
class TrainedFit:
    """A fit, what it has seen and when it may be used; the moments are those of `mbats.models.version.Fit`."""

    fitted: Fitted
    rows: int
    trained_from: int
    trained_until: int
    usable_from: int
    usable_until: int | None = None


def line_of_fits(
    dataset: Dataset, estimator: Estimator, splits: Sequence[Split], seed: int, advance: Callable[[int], None]
) -> list[TrainedFit]:
    """Return one fit for each walk-forward split, and a last one on all rows; `advance` is told of each.

    Each serves the decisions between what it has learnt from and where the next one takes over.
    """
    line = []
    for split in splits:
        begins = int(dataset.start[split.test].min()) - 1
        line.append(_fit(dataset, estimator, split.train, begins, seed))
        advance(1)
    line.append(_fit(dataset, estimator, np.arange(len(dataset)), 0, seed))
    advance(1)
    followed = [replace(fit, usable_until=after.usable_from) for fit, after in pairwise(line)]
    return [*followed, line[-1]]


def _fit(dataset: Dataset, estimator: Estimator, rows: IntColumn, begins: int, seed: int) -> TrainedFit:
    features, label, weight = rows_of(dataset, rows)
    fitted = estimator.fit(features, label, weight, dataset.columns, seed)
    seen = int(dataset.start[rows].min()), int(dataset.end[rows].max())
    return TrainedFit(fitted, len(rows), *seen, usable_from=max(seen[1], begins))
