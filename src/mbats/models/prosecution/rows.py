"""Whether rows of a dataset betray how they were made: doubled, scaled by their own future, or holding the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.stats import rankdata

from mbats.models.metrics.information import information_coefficient
from mbats.models.prosecution.finding import Charge, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from mbats.market.columns import FloatColumn, IntColumn
    from mbats.models.dataset import Dataset
    from mbats.models.metrics.information import Information

PLAUSIBLE = 0.3
"""Rank correlation with the label beyond which no single feature of a market goes."""
_EXACT = 1e-9
_NEARLY_ONE = 0.99


def prosecute_rows(dataset: Dataset, plausible: float = PLAUSIBLE) -> list[Finding]:
    """Accuse the rows of a dataset; `plausible` is the rank correlation that a feature may have with the label."""
    features = [
        found
        for number, column in enumerate(dataset.columns)
        for found in _of_feature(dataset, column, dataset.features[:, number], plausible)
    ]
    return [*_labels(dataset), *_duplicates(dataset), *features]


def _labels(dataset: Dataset) -> Iterator[Finding]:
    rows = np.flatnonzero(dataset.end <= dataset.start)
    if len(rows):
        detail = f"{len(rows):,} labels were known when the decision was made"
        yield Finding(Charge.LABEL_OF_THE_PAST, "label", "dataset", detail, int(rows[0]), int(dataset.time[rows[0]]))


def _duplicates(dataset: Dataset) -> Iterator[Finding]:
    keys = np.stack([dataset.instrument, dataset.time], axis=1)
    yield from _doubled(dataset, keys, "{} rows are of a bar that has one already")
    distinct = max((len(np.unique(column)) for column in dataset.features.T), default=0)
    if 2 * distinct > len(dataset):  # columns of a few values, such as calendars', repeat by nature
        content = np.column_stack([dataset.features, dataset.label, dataset.outcome])
        moved = np.flatnonzero(dataset.outcome != 0.0)
        yield from _doubled(dataset, content, "{} rows have the features, label and outcome of another", moved)


def _doubled(dataset: Dataset, content: NDArray[Any], detail: str, among: IntColumn | None = None) -> Iterator[Finding]:
    rows = np.arange(len(dataset)) if among is None else among
    _, first = np.unique(content[rows].view(np.int64) if len(rows) else content[rows], axis=0, return_index=True)
    doubled = np.delete(rows, first)
    if len(doubled):
        row = int(doubled[0])
        said = detail.format(f"{len(doubled):,}")
        yield Finding(Charge.DUPLICATE_ROWS, "dataset", f"row {row}", said, row, int(dataset.time[row]))


def _of_feature(dataset: Dataset, name: str, column: FloatColumn, plausible: float) -> Iterator[Finding]:
    known = np.isfinite(column) & np.isfinite(dataset.label)
    values = column[known]
    if len(values) < 3 or np.ptp(values) == 0.0:
        return
    if way := _scaled(values):
        detail = f"it is exactly {way} over all {len(values):,} rows, tests included"
        yield Finding(Charge.SCALED_ON_ALL_ROWS, name, "dataset", detail)
    ranks = rankdata(values), rankdata(dataset.label[known])
    found = information_coefficient(*ranks, None, dataset.start[known], dataset.end[known])
    if (sure := _surely(found)) > plausible:
        detail = f"alone, its rank correlation with the label is {found.value:.2f}, surely beyond {sure:.2f}"
        yield Finding(Charge.TARGET_IN_FEATURES, name, "dataset", f"{detail}: no market is so kind")


def _surely(found: Information) -> float:
    """Return the size that a coefficient has at least; one of nearly 1 has no uncertainty."""
    if found.value is not None and abs(found.value) > _NEARLY_ONE:
        return abs(found.value)
    return max(found.low or 0.0, -(found.high or 0.0))


def _scaled(values: FloatColumn) -> str:
    """Return in which way values are scaled by all of them, as no causal scaling comes out by chance."""
    if len(np.unique(values)) > 2 and abs(values.mean()) < _EXACT and abs(values.std() - 1.0) < _EXACT:
        return "of mean 0 and deviation 1"
    at_ends = [int((values == end).sum()) for end in (0.0, 1.0)]
    if values.min() == 0.0 and values.max() == 1.0 and at_ends == [1, 1]:
        return "between 0 and 1, each reached once"
    steps = np.diff(np.sort(values))
    ranked = (steps > 0.0).all() and np.ptp(steps) < _EXACT * values.std()
    return "a ranking" if ranked and not (np.diff(values) > 0.0).all() else ""
