"""Sixty leaks, each in its own way, and each found under its right name."""

import linecache
from dataclasses import replace

import numpy as np
import pytest

from fakes import leaking_features
from fakes import learnable as train
from fakes.market_of_everything import view_of_everything
from mbats.execution.costs import FREE
from mbats.features.feature import Feature
from mbats.features.feature_set import FeatureSet
from mbats.labels.forward import ForwardReturn
from mbats.labels.label import Labels
from mbats.market.local_time import HOUR
from mbats.models.prosecution.causality import causality
from mbats.models.prosecution.controls import controls, findings_of
from mbats.models.prosecution.finding import Charge
from mbats.models.prosecution.fitting import prosecute_fitting
from mbats.models.prosecution.folds import prosecute_folds
from mbats.models.prosecution.horizon import horizon
from mbats.models.prosecution.rows import prosecute_rows
from mbats.models.validation.purged_k_fold import PurgedKFold
from mbats.models.validation.split import Split

DATA = train.dataset()
SPLITS = PurgedKFold(4, 0.02).split(DATA.start, DATA.end)
FEATURES = [(charge, leak) for charge, leaks in leaking_features.BARS.items() for leak in leaks]


def names(findings):
    return {str(found.name) for found in findings}


@pytest.mark.parametrize(("charge", "leak"), FEATURES, ids=lambda it: getattr(it, "__name__", it))
def test_a_feature_that_looks_ahead_is_found_with_its_line(charge, leak):
    honest = Feature("honest", leaking_features.returns, 2)
    view = view_of_everything()
    found = causality(FeatureSet([honest, Feature(leak.__name__, leak, None)]), view)
    assert [(each.name, each.subject) for each in found] == [(charge, leak.__name__)]
    file, _, line = found[0].where.rpartition(":")
    assert file == leaking_features.__file__
    assert "# the leak" in linecache.getline(file, int(line))
    assert found[0].time == view.bars.time[found[0].row]


def indices(mask):
    return np.flatnonzero(mask)


def plain_folds(count=4):
    """K folds of neighbouring rows, neither purged nor embargoed."""
    blocks = np.array_split(np.arange(len(DATA)), count)
    return [Split(np.setdiff1d(np.arange(len(DATA)), block), block) for block in blocks]


def shuffled_split():
    order = np.random.default_rng(0).permutation(len(DATA))
    return [Split(np.sort(order[200:]), np.sort(order[:200]))]


def divided_moment():
    """The last hour of the training and the first of the test are one, of two instruments."""
    return [Split(np.arange(301), np.arange(301, 400))]


def trained_on_a_tested_row():
    return [Split(np.append(split.train, split.test[0]), split.test) for split in SPLITS]


def purged_before_the_test_alone():
    past = DATA.end < DATA.start[200]
    return [Split(indices(past | (np.arange(600) >= 400)), np.arange(200, 400))]


def purged_by_a_count_of_rows():
    """Six rows, as if they were six hours: of two instruments they are three."""
    return [Split(np.arange(294), np.arange(300, 400))]


@pytest.mark.parametrize(
    ("charge", "splits"),
    [
        ("labels overlap", plain_folds()),
        ("labels overlap", purged_before_the_test_alone()),
        ("labels overlap", purged_by_a_count_of_rows()),
        ("shuffled split", shuffled_split()),
        ("moment divided", divided_moment()),
        ("folds overlap", trained_on_a_tested_row()),
        ("embargo broken", PurgedKFold(4, 0).split(DATA.start, DATA.end)),
        ("test reused", [*SPLITS, SPLITS[0]]),
    ],
    ids=["no purge", "purge on one side", "purge by count", "random split", "one hour on both sides", "a row on both "
         "sides", "embargo missing where claimed", "tested twice"],
)  # fmt: skip
def test_folds_that_leak_are_found(charge, splits):
    assert charge in names(prosecute_folds(DATA.start, DATA.end, splits, embargo=10 * HOUR))


def test_a_test_on_which_the_model_was_chosen_is_found():
    found = prosecute_folds(DATA.start, DATA.end, SPLITS[3:], chosen_on=SPLITS[:3])
    assert names(found) == {"test reused"}
    later = DATA.start > DATA.end[SPLITS[2].test].max()
    before = [Split(indices(~later)[:300], indices(~later)[310:])]
    assert not prosecute_folds(DATA.start, DATA.end, [Split(indices(~later)[:400], indices(later))], chosen_on=before)


def with_feature(column, values):
    features = DATA.features.copy()
    features[:, train.COLUMNS.index(column)] = values
    return replace(DATA, features=features)


def doubled_bar():
    time = DATA.time.copy()
    time[10] = time[8]
    return replace(DATA, time=time)


def oversampled():
    """Rows copied to other times to balance classes: in folds, copies lie on both sides."""
    features, label, outcome = DATA.features.copy(), DATA.label.copy(), DATA.outcome.copy()
    for column in (features, label, outcome):
        column[400:420] = column[100:120]
    return replace(DATA, features=features, label=label, outcome=outcome)


NOISE = np.random.default_rng(9).standard_normal(len(DATA))
SLOW = DATA.features[:, 0]


@pytest.mark.parametrize(
    ("charge", "data"),
    [
        ("target in features", with_feature("slow", DATA.label)),
        ("target in features", with_feature("fast", -DATA.outcome + 2e-4 * NOISE)),
        ("target in features", with_feature("middle", np.sign(DATA.label) + 0.5 * NOISE)),
        ("scaled on all rows", with_feature("slow", (SLOW - SLOW.mean()) / SLOW.std())),
        ("scaled on all rows", with_feature("slow", (SLOW - SLOW.min()) / np.ptp(SLOW))),
        ("scaled on all rows", with_feature("slow", (np.argsort(np.argsort(SLOW)) + 1.0) / len(SLOW))),
        ("duplicate rows", doubled_bar()),
        ("duplicate rows", oversampled()),
        ("label of the past", replace(DATA, end=DATA.start)),
    ],
    ids=["label itself", "outcome in disguise", "noisy sign of the label", "standardised", "min-max", "ranks",
         "bar twice", "oversampled", "known at once"],
)  # fmt: skip
def test_rows_that_leak_are_found(charge, data):
    assert names(prosecute_rows(data)) == {charge}


@pytest.mark.parametrize(
    ("charge", "procedure"),
    [
        ("fitted on test rows", train.scaler_outside_the_fold),
        ("fitted on test rows", train.components_outside_the_fold),
        ("fitted on test rows", train.filling_with_the_mean_of_all_rows),
        ("fitted on test labels", train.target_encoding_over_all_rows),
        ("fitted on test labels", train.choice_of_features_on_all_rows),
        ("fitted on test labels", train.early_stopping_on_the_test),
        ("fitted on test labels", train.training_on_everything),
        ("fitted on purged rows", train.training_on_purged_rows),
        ("not repeatable", train.without_a_seed),
    ],
    ids=lambda it: getattr(it, "__name__", it),
)
def test_trainings_that_know_more_than_their_rows_are_found(charge, procedure):
    assert charge in names(prosecute_fitting(DATA, SPLITS[1], procedure))


@pytest.mark.parametrize(
    ("procedure", "splits", "failing"),
    [
        (train.scores_mixed_with_the_answer, SPLITS, {"noise canary", "permuted labels"}),
        (train.training_on_everything, SPLITS, {"noise canary", "permuted labels"}),
        (train.forest, shuffled_split(), {"noise canary"}),
    ],
    ids=["the answer mixed in", "trained on everything", "neighbours of a random split"],
)
def test_trainings_that_score_with_nothing_to_learn_are_found(procedure, splits, failing):
    assert names(findings_of(controls(DATA, splits, procedure))) >= failing


class Labelled(ForwardReturn):
    """A forward return in which something is wrong."""

    def label(self, bars, costs):
        return self.spoilt(bars, super().label(bars, costs))


class EndsTooEarly(Labelled):
    def spoilt(self, bars, labels):
        return replace(labels, end=np.where(np.isnan(labels.value), labels.start, labels.start + HOUR))


class PastReturn(Labelled):
    """The reference implementation's: called a forward return, it is the past one."""

    def spoilt(self, bars, labels):
        value = np.append(np.full(12, np.nan), bars.close[12:] / bars.close[:-12] - 1.0)
        return Labels(value, value, labels.start, np.append(bars.known_at[1:], bars.known_at[-1]))


@pytest.mark.parametrize(
    ("label", "charge"), [(EndsTooEarly(), "label beyond its end"), (PastReturn(), "label of the past")]
)
def test_labels_that_are_not_what_they_say_are_found(label, charge):
    assert names(horizon(label, view_of_everything().bars, FREE)) == {charge}


def test_there_are_more_than_fifty_leaks_and_every_charge_is_among_them():
    assert len(FEATURES) + 9 + 9 + 9 + 3 + 2 >= 60
    assert set(leaking_features.BARS) < set(map(str, Charge))
