from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mbats.models.prosecution.causality import causality
from mbats.models.prosecution.controls import controls, findings_of
from mbats.models.prosecution.fitting import prosecute_fitting
from mbats.models.prosecution.folds import prosecute_folds
from mbats.models.prosecution.horizon import horizon
from mbats.models.prosecution.rows import prosecute_rows
from mbats.models.validation.combinatorial_purged import CombinatorialPurged
from mbats.models.validation.split import nanoseconds

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mbats.execution.costs import Costs
    from mbats.features.feature_set import FeatureSet
    from mbats.features.view import View
    from mbats.labels.label import Label
    from mbats.models.dataset import Dataset
    from mbats.models.prosecution.finding import Finding
    from mbats.models.prosecution.procedure import Procedure
    from mbats.models.validation.split import Split, Splitter

_BARS = 2_000


def prosecute(
    dataset: Dataset,
    splitter: Splitter,
    procedure: Procedure | None = None,
    *,
    chosen_on: Sequence[Split] = (),
    seed: int = 0,
) -> list[Finding]:
    """Accuse a dataset, the folds that it is divided into, and the training in them; see docs/validation.md.

    Parameters
    ----------
    chosen_on
        Splits on which something was chosen that is judged here.

    Raises
    ------
    LabelsWithoutEnd, TooFewMoments, NothingToTrainOn
    """
    splits = splitter.split(dataset.start, dataset.end)
    paths = len(splitter.paths) if isinstance(splitter, CombinatorialPurged) else 1
    embargo = nanoseconds(splitter.embargo, np.unique(dataset.start))
    findings = prosecute_rows(dataset)
    findings += prosecute_folds(dataset.start, dataset.end, splits, embargo=embargo, paths=paths, chosen_on=chosen_on)
    if procedure is not None:
        middle = len(splits) // 2
        findings += prosecute_fitting(dataset, splits[middle], procedure, middle + 1)
        findings += findings_of(controls(dataset, splits, procedure, seed=seed))
    return findings


def prosecute_market(
    features: FeatureSet, label: Label | None, views: Iterable[View], costs: Costs | None = None
) -> list[Finding]:
    """Accuse features, and a label, of knowing what was not known yet; the first finding of each kind and subject.

    The latest bars are looked at, twice as many as a feature is made of.
    """
    findings: list[Finding] = []
    for view in (_latest(view, features) for view in views):
        findings += causality(features, view)
        if label is not None and costs is not None:
            findings += horizon(label, view.bars, costs)
    return list({(found.name, found.subject): found for found in reversed(findings)}.values())[::-1]


def _latest(view: View, features: FeatureSet) -> View:
    rows = max(_BARS, 2 * (features.bars_needed(view.bars.timeframe) or 0))
    return view.rows(max(len(view.bars) - rows, 0), len(view.bars))
