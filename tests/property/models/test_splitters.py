"""Splits against a checker that knows only the definition: it looks at every pair of a training and a test row."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mbats.errors.validation import NothingToTrainOn, TooFewMoments
from mbats.models.prosecution import folds
from mbats.models.prosecution.folds import meeting, prosecute_folds
from mbats.models.validation.combinatorial_purged import CombinatorialPurged
from mbats.models.validation.purged_k_fold import PurgedKFold
from mbats.models.validation.split import nanoseconds
from mbats.models.validation.walk_forward import WalkForward


@st.composite
def panels(draw):
    """Rows of several instruments in any order: moments with holes and ties, labels short and long."""
    rows = draw(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 12)), min_size=6, max_size=60))
    start, length = (np.array(column, dtype=np.int64) for column in zip(*rows, strict=True))
    return start, start + length


def embargoes():
    return st.one_of(st.integers(0, 15), st.sampled_from([0.0, 0.01, 0.1, 0.3]))


def blocks_of(start, test):
    """Runs of neighbouring moments that are all tested."""
    runs, inside = [], False
    tested = set(start[test].tolist())
    for moment in sorted(set(start.tolist())):
        if moment in tested:
            runs = [*runs[:-1], [*runs[-1], moment]] if inside else [*runs, [moment]]
        inside = moment in tested
    return runs


def may_train(row, start, end, test, embargo):
    """The definition, for one row: it is not tested, meets no test row, and no test block ended within the embargo."""
    if row in test or any(start[row] <= end[other] and start[other] <= end[row] for other in test):
        return False
    for run in blocks_of(start, np.array(sorted(test))):
        last = max(end[other] for other in test if start[other] in run)
        if last < start[row] <= last + embargo:
            return False
    return True


def splits_of(splitter, start, end):
    try:
        return splitter.split(start, end)
    except (NothingToTrainOn, TooFewMoments):
        assume(False)


@given(panels(), st.integers(2, 5), embargoes())
def test_folds_train_on_exactly_what_the_definition_allows(panel, folds, embargo):
    start, end = panel
    splits = splits_of(PurgedKFold(folds, embargo), start, end)
    length = nanoseconds(embargo, np.unique(start))
    for split in splits:
        test = set(split.test.tolist())
        allowed = [row for row in range(len(start)) if may_train(row, start, end, test, length)]
        assert split.train.tolist() == allowed
    assert sorted(np.concatenate([split.test for split in splits]).tolist()) == list(range(len(start)))


@given(panels(), st.integers(3, 6), st.integers(1, 2))
def test_combinations_without_an_embargo_train_on_exactly_what_the_definition_allows(panel, groups, tested):
    start, end = panel
    for split in splits_of(CombinatorialPurged(groups, tested, 0), start, end):
        test = set(split.test.tolist())
        assert split.train.tolist() == [row for row in range(len(start)) if may_train(row, start, end, test, 0)]


@given(panels(), st.integers(3, 6), embargoes())
def test_combinations_keep_the_embargo_after_every_tested_block(panel, groups, embargo):
    start, end = panel
    length = nanoseconds(embargo, np.unique(start))
    for split in splits_of(CombinatorialPurged(groups, 2, embargo), start, end):
        test = set(split.test.tolist())
        assert all(may_train(row, start, end, test, length) for row in split.train.tolist())


@given(panels(), st.sampled_from([20, 0.3, 0.5]), st.sampled_from([5, 0.1, 0.2]), st.booleans())
def test_walk_forward_trains_on_all_that_was_known_before_the_test_and_on_nothing_else(panel, train, step, anchored):
    start, end = panel
    assume(len(np.unique(start)) > 2 and start.max() - start.min() > 20)
    splits = splits_of(WalkForward(train, step, anchored), start, end)
    reach, first = nanoseconds(train, np.unique(start)), start.min()
    for split in splits:
        begins = min(start[row] for row in split.test)
        boundary = max(b for b in range(first + reach, begins + 1, nanoseconds(step, np.unique(start))))
        oldest = first if anchored else boundary - reach
        allowed = [row for row in range(len(start)) if oldest <= start[row] and end[row] < begins]
        assert split.train.tolist() == allowed
    tested = np.concatenate([split.test for split in splits])
    assert sorted(tested.tolist()) == [row for row in range(len(start)) if start[row] >= first + reach]


@pytest.mark.parametrize("splitter", [PurgedKFold(4), CombinatorialPurged(5, 2), WalkForward(0.4, 0.2)], ids=str)
@given(panel=panels())
def test_rows_of_one_moment_are_never_divided(splitter, panel):
    start, end = panel
    for split in splits_of(splitter, start, end):
        assert not set(start[split.train].tolist()) & set(start[split.test].tolist())


@given(panels(), st.data())
def test_the_prosecutor_finds_exactly_the_rows_that_meet_a_test(panel, data):
    start, end = panel
    sides = np.array(
        data.draw(st.lists(st.sampled_from(["-", "train", "test"]), min_size=len(start), max_size=len(start)))
    )
    train, test = np.flatnonzero(sides == "train"), np.flatnonzero(sides == "test")
    expected = [row for row in train if any(start[row] <= end[it] and start[it] <= end[row] for it in test)]
    assert meeting(train, test, start, end).tolist() == expected
    assert [sorted(set(start[rows].tolist())) for rows in folds.tested_blocks(start, test)] == blocks_of(start, test)


@given(panels(), st.integers(2, 5), st.integers(0, 15))
def test_the_prosecutor_has_nothing_against_purged_folds(panel, folds, embargo):
    start, end = panel
    splits = splits_of(PurgedKFold(folds, embargo), start, end)
    findings = prosecute_folds(start, end, splits, embargo=embargo)
    assert {str(found.name) for found in findings} <= {"shuffled split"}
