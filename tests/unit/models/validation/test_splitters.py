import numpy as np
import pytest

from mbats.errors.validation import BadSplitter, LabelsWithoutEnd, NothingToTrainOn, TooFewMoments, UnknownSplitter
from mbats.models.validation.combinatorial_purged import CombinatorialPurged
from mbats.models.validation.discovery import splitter_from
from mbats.models.validation.purged_k_fold import PurgedKFold
from mbats.models.validation.walk_forward import WalkForward

ALL = [PurgedKFold(3, 0.02), CombinatorialPurged(4, 2, 0.0), WalkForward(0.5, 0.25)]
START = np.arange(0, 120, 10, dtype=np.int64)


def test_a_fold_is_purged_on_both_sides_and_embargoed_after_it():
    splits = PurgedKFold(folds=3, embargo=10).split(START, START + 15)
    assert [split.test.tolist() for split in splits] == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]]
    # The middle test decides from 40 to 70 and knows its last label at 85: 2 (ends 35) may be trained on, 3 (ends 45)
    # not, 8 (starts at 80) overlaps, 9 (starts at 90) lies in the embargo until 95.
    assert splits[1].train.tolist() == [0, 1, 2, 10, 11]
    assert splits[2].train.tolist() == [0, 1, 2, 3, 4, 5, 6]  # nothing comes after the last block


def test_intervals_that_touch_overlap():
    split = PurgedKFold(folds=2, embargo=0).split(START, START + 10)[1]
    assert split.train.tolist() == [0, 1, 2, 3, 4]  # 5 ends at 60, when 6 is decided


def test_shares_of_the_time_leave_no_crumb_at_its_end():
    for rows in (10, 997, 1_000):
        start = 1_700_000_000_000_000_000 + np.arange(rows) * 3_600_000_000_000
        assert len(WalkForward(0.5, 0.1).split(start, start + 1)) == 5
        assert len(WalkForward(0.3, 0.1).split(start, start + 1)) == 7


def test_one_long_label_in_a_test_purges_what_lies_far_behind_it():
    end = START + 5
    end[1] = 95
    assert PurgedKFold(folds=3, embargo=0).split(START, end)[0].train.tolist() == [10, 11]


def test_walk_forward_rolls_or_is_anchored():
    rolling, anchored = WalkForward(40, 30), WalkForward(40, 30, anchored=True)
    splits = rolling.split(START, START + 5)
    assert [split.test.tolist() for split in splits] == [[4, 5, 6], [7, 8, 9], [10, 11]]
    assert [split.train.tolist() for split in splits] == [[0, 1, 2, 3], [3, 4, 5, 6], [6, 7, 8, 9]]
    assert anchored.split(START, START + 5)[2].train.tolist() == [*range(10)]
    assert rolling.split(START, START + 15)[0].train.tolist() == [0, 1, 2]


def test_walk_forward_skips_a_time_without_decisions():
    start = np.array([0, 10, 20, 30, 40, 200, 210], dtype=np.int64)
    assert [split.test.tolist() for split in WalkForward(30, 30, True).split(start, start + 5)] == [[3, 4], [5], [6]]


def test_six_groups_of_which_two_are_tested_make_fifteen_splits_and_five_paths():
    """López de Prado (2018), Advances in Financial Machine Learning, figures 12.1 and 12.2."""
    splitter = CombinatorialPurged(6, 2, 0)
    assert len(splitter.split(START, START + 5)) == 15
    # Figure 12.2 numbers, for each group, the splits S1 to S15 in which it is tested by the path that they belong to.
    printed = [[1, 2, 3, 4, 5], [1, 6, 7, 8, 9], [2, 6, 10, 11, 12], [3, 7, 10, 13, 14], [4, 8, 11, 13, 15]]
    assert (splitter.paths + 1).T.tolist() == [*printed, [5, 9, 12, 14, 15]]


def test_paths_hold_every_row_once_scored_out_of_sample():
    splitter = CombinatorialPurged(6, 2, 0)
    splits = splitter.split(START, START + 5)
    scores = [split.test + 100.0 * number for number, split in enumerate(splits)]
    paths = splitter.along_paths(START, START + 5, splits, scores)
    assert paths.shape == (5, 12)
    for path, used in zip(paths, splitter.paths, strict=True):
        assert (path % 100).tolist() == [*range(12)]
        assert [int(value // 100) for value in path[::2]] == used.tolist()


@pytest.mark.parametrize("splitter", ALL, ids=str)
@pytest.mark.parametrize(
    ("end", "row"),
    [
        (None, 0),
        (np.where(START == 30, np.nan, START + 5.0), 3),
        (np.where(START == 30, START - 1, START + 5), 3),
        (np.where(START == 20, START, START + 5), 2),
        (START[:5] + 5, 0),
        (np.where(START == 30, np.datetime64("NaT"), (START + 5).astype("datetime64[ns]")), 3),
    ],
    ids=["absent", "NaN", "before its start", "at its start", "too few", "NaT"],
)
def test_labels_without_an_end_are_refused(splitter, end, row):
    with pytest.raises(LabelsWithoutEnd, match=rf"the first in row {row}:(.|\n)*carries its end"):
        splitter.split(START, end)


@pytest.mark.parametrize("splitter", ALL, ids=str)
def test_a_split_that_leaves_nothing_to_train_on_is_refused(splitter):
    with pytest.raises(NothingToTrainOn, match="split 1 has"):
        splitter.split(START, START + 1_000)


@pytest.mark.parametrize("splitter", ALL, ids=str)
def test_too_few_moments_are_refused(splitter):
    one_moment = np.full(50, 7, dtype=np.int64)
    with pytest.raises(TooFewMoments, match="1 decision moments"):
        splitter.split(one_moment, one_moment + 1)


def test_a_step_shorter_than_any_bar_is_one_moment_and_takes_no_time():
    hours = np.arange(12, dtype=np.int64) * 3_600_000_000_000
    splits = WalkForward(0.5, 1).split(hours, hours + 1)
    assert [split.test.tolist() for split in splits] == [[row] for row in range(6, 12)]


def test_walk_forward_that_leaves_nothing_to_test_is_refused():
    with pytest.raises(BadSplitter, match="leaves nothing to test"):
        WalkForward(500, 10).split(START, START + 5)


@pytest.mark.parametrize("splitter", [*ALL, PurgedKFold(3, 90), WalkForward(90, 10, True)], ids=str)
def test_a_splitter_is_found_again_by_text_and_by_specification(splitter):
    assert splitter_from(splitter.spec) == splitter
    if "90" not in str(splitter):
        assert splitter_from(str(splitter)) == splitter


def test_lengths_are_shares_or_times():
    day = 86_400_000_000_000
    assert splitter_from("walk-forward:train=2y,step=90d") == WalkForward(int(730.5 * day), 90 * day)
    assert splitter_from("purged-k-fold:embargo=12h") == PurgedKFold(5, day // 2)
    assert splitter_from("combinatorial") == CombinatorialPurged()


@pytest.mark.parametrize(
    "text",
    ["purged-k-fold:folds=1", "combinatorial:groups=3,tested=3", "walk-forward:train=0", "purged-k-fold:embargo=1.5",
     "purged-k-fold:fold=3", "walk-forward:step=soon", "combinatorial:tested=0"],
)  # fmt: skip
def test_a_splitter_that_makes_no_sense_is_refused_with_one_that_does(text):
    with pytest.raises(BadSplitter, match=f"An example that works: `{text.partition(':')[0]}"):
        splitter_from(text)


def test_an_unknown_splitter_names_the_known_ones():
    with pytest.raises(UnknownSplitter, match="purged-k-fold, combinatorial, walk-forward"):
        splitter_from("k-fold")
