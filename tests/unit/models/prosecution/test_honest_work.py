"""What is honest is not accused: features of the catalogue, purged folds, a plain training."""

from dataclasses import replace

import numpy as np
import pytest

from fakes import learnable as train
from fakes.market_of_everything import view_of_everything
from mbats.execution.costs import FREE, OANDA_US
from mbats.features.feature_set import FeatureSet
from mbats.features.library import catalogue
from mbats.models.datasets.labelling import label_from
from mbats.models.prosecution.causality import causality
from mbats.models.prosecution.controls import controls
from mbats.models.prosecution.fitting import prosecute_fitting
from mbats.models.prosecution.folds import prosecute_folds
from mbats.models.prosecution.horizon import horizon
from mbats.models.prosecution.prosecutor import prosecute
from mbats.models.prosecution.rows import prosecute_rows
from mbats.models.validation.combinatorial_purged import CombinatorialPurged
from mbats.models.validation.purged_k_fold import PurgedKFold
from mbats.models.validation.walk_forward import WalkForward

TOLD = {"symbol": "GBP_USD", "name": "payrolls", "field": "value", "column": "value"}
SPLITTERS = [PurgedKFold(4, 0.02), CombinatorialPurged(6, 2, 0.01), WalkForward(0.4, 0.15)]


def variants(definition):
    """A feature with its usual parameters, and with each whole number a little larger."""
    told = {name: TOLD[name] for name, usual in definition.defaults.items() if usual is None and name in TOLD}
    yield definition(**told)
    for name, usual in definition.defaults.items():
        low, high = definition.bounds.get(name, (1, 100_000)) if type(usual) is int else (0, 0)
        if type(usual) is int and low <= usual + 3 <= high:
            yield definition(**told, **{name: usual + 3})


CAUSAL = {feature.column: feature for room in catalogue().values() for it in room for feature in variants(it)}


@pytest.mark.parametrize("column", CAUSAL)
def test_a_feature_of_the_catalogue_is_not_accused(column):
    view = view_of_everything()
    computed = FeatureSet([CAUSAL[column]])
    assert not np.isnan(computed.compute(view)).all()
    assert causality(computed, view) == []


def test_more_than_a_hundred_features_are_proven_causal():
    assert len(CAUSAL) >= 100


@pytest.mark.parametrize("splitter", SPLITTERS, ids=str)
@pytest.mark.parametrize("kind", ["number", "class"])
def test_purged_folds_and_a_plain_training_are_not_accused(splitter, kind):
    assert prosecute(train.dataset(kind=kind), splitter, train.honest) == []


def test_a_market_with_a_signal_is_not_accused_of_being_kind():
    data = train.dataset(rows=600, signal=0.1)
    assert prosecute(data, PurgedKFold(4, 0.02), train.forest) == []


def test_a_forest_that_learns_by_heart_finds_nothing_in_purged_folds():
    for seed in range(5):
        data = train.dataset(seed=seed)
        splits = PurgedKFold(4, 0.02).split(data.start, data.end)
        assert all(control.passed for control in controls(data, splits, train.forest, seed=seed))


def test_controls_reject_chance_no_oftener_than_they_say():
    """Of one draw each, at level 0.05, over honest trainings on 40 markets."""
    rejected = []
    for seed in range(40):
        data = train.dataset(seed=seed, signal=0.2)
        splits = PurgedKFold(4, 0.02).split(data.start, data.end)
        found = controls(data, splits, train.honest, seed=seed, level=0.05)
        rejected += [control.draws > 1 for control in found]
    assert np.mean(rejected) <= 0.07


def test_too_few_rows_for_a_control_are_no_verdict():
    data = train.dataset(rows=30)
    splits = PurgedKFold(2, 0).split(data.start, data.end)
    assert [control.passed for control in controls(data, splits, train.honest)] == [None, None]


@pytest.mark.parametrize("costs", [FREE, OANDA_US], ids=lambda it: it.name)
@pytest.mark.parametrize(
    "label", ["forward-return:12", "sign:3", "triple-barrier", "triple-barrier:stop=1,target=1,bars=6"]
)
def test_labels_that_end_when_they_say_are_not_accused(label, costs):
    assert horizon(label_from(label), view_of_everything().bars, costs) == []


def test_columns_that_repeat_by_nature_are_no_duplicates():
    data = train.dataset()
    calendar = replace(data, features=data.features[:, 3:], columns=("hour",), outcome=np.round(data.outcome, 3))
    assert prosecute_rows(calendar) == []


def test_balanced_signs_and_counters_are_not_scaled():
    data = train.dataset()
    features = data.features.copy()
    features[:, 0] = np.resize([-1.0, 1.0], len(data))
    features[:, 1] = np.arange(len(data)) / len(data)
    features[:, 2] = np.clip(features[:, 2], 0.0, 1.0)
    assert prosecute_rows(replace(data, features=features)) == []


def test_an_embargo_that_is_kept_is_not_accused():
    data = train.dataset()
    hour = 3_600_000_000_000
    splits = PurgedKFold(4, 20 * hour).split(data.start, data.end)
    assert prosecute_folds(data.start, data.end, splits, embargo=20 * hour) == []
    assert prosecute_folds(data.start, data.end, splits, embargo=21 * hour) != []


def test_a_training_that_gets_only_its_rows_is_not_accused():
    data = train.dataset()
    for split in PurgedKFold(3, 0.05).split(data.start, data.end):
        assert prosecute_fitting(data, split, train.forest) == []
