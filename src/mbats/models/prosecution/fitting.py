"""Whether a training knows more than its training rows: change all others, and its scores must stay, bit for bit."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from mbats.market.counterfactual import differences
from mbats.models.metrics.information import information_coefficient
from mbats.models.prosecution.finding import Charge, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mbats.market.columns import FloatColumn, IntColumn
    from mbats.models.dataset import Dataset
    from mbats.models.prosecution.procedure import Procedure
    from mbats.models.validation.split import Split

_CLASSES = 2


def prosecute_fitting(dataset: Dataset, split: Split, procedure: Procedure, number: int = 1) -> list[Finding]:
    """Accuse a procedure by the scores of one split, whose number is told."""
    where = f"split {number}"
    truth = procedure(dataset, split)
    if differences(truth, procedure(dataset, split)).any():
        detail = "two trainings on the same rows score differently: fix its seed and its number of threads"
        return [Finding(Charge.NOT_REPEATABLE, "training", where, detail)]
    findings: dict[Charge, Finding] = {}
    for charge, other, places, detail in _accusations(dataset, split):
        if charge in findings:
            continue
        rows = np.flatnonzero(differences(truth, procedure(other, split))[places])
        if len(rows):
            row = int(split.test[places][rows[0]])
            findings[charge] = Finding(charge, "training", where, detail, row, int(dataset.time[row]))
    return list(findings.values())


def _accusations(dataset: Dataset, split: Split) -> Iterator[tuple[Charge, Dataset, IntColumn, str]]:
    """Yield datasets that differ in rows not trained on, and the places of test rows whose score may not change."""
    places = np.arange(len(split.test))
    known = dataset.features[split.train[len(split.train) // 2]]
    detail = (
        "scores changed with the features of other test rows: scaling, filling or choosing is fitted outside the fold"
    )
    for half in (0, 1):
        other = _with_features(dataset, split.test[1 - half :: 2], known)
        yield Charge.FITTED_ON_TEST, other, places[half::2], detail
    detail = "scores changed with the labels of the test: encoding, choosing or early stopping sees them"
    for label in _other_labels(dataset):
        yield Charge.FITTED_ON_TEST_LABELS, _with_labels(dataset, split.test, label), places, detail
    purged = np.setdiff1d(np.arange(len(dataset)), np.concatenate([split.train, split.test]))
    if len(purged):
        detail = "scores changed with rows that are neither trained on nor tested: they should be left out"
        other = _with_labels(_with_features(dataset, purged, known), purged, next(_other_labels(dataset)))
        yield Charge.FITTED_ON_PURGED, other, places, detail


def _with_features(dataset: Dataset, rows: IntColumn, known: FloatColumn) -> Dataset:
    """Return the dataset with the features of one row in all of `rows`, which changes what is made of them."""
    features = dataset.features.copy()
    features[rows] = known
    return replace(dataset, features=features)


def _with_labels(dataset: Dataset, rows: IntColumn, label: FloatColumn) -> Dataset:
    changed, outcome = dataset.label.copy(), dataset.outcome.copy()
    changed[rows], outcome[rows] = label[rows], -outcome[rows]
    return replace(dataset, label=changed, outcome=outcome)


def _other_labels(dataset: Dataset) -> Iterator[FloatColumn]:
    """Yield the opposite labels, then labels that follow the feature that had the least to do with them."""
    values = np.unique(dataset.label)
    low, high = (values[0], values[-1]) if len(values) <= _CLASSES else (-10.0 * values[-1], 10.0 * values[-1])
    yield low + high - dataset.label
    features = np.nan_to_num(dataset.features)
    related = [_related(column, dataset.label) for column in features.T]
    column = features[:, int(np.argmin(related))]
    yield np.where(column > np.median(column), high, low)


def _related(column: FloatColumn, label: FloatColumn) -> float:
    return abs(information_coefficient(column, label).value or 0.0)
