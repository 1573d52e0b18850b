import numpy as np
import pytest

from fakes.learnable import dataset
from mbats.errors.training import EstimatorScoresNothing
from mbats.models.training.line import line_of_fits
from mbats.models.training.out_of_fold import out_of_fold
from mbats.models.validation.discovery import splitter_from


class Memory:
    """Remembers the rows that it has learnt, and scores how many of those asked for it knows."""

    name = "memory"

    def __init__(self):
        self.learnt = []

    def fit(self, features, label, weight, columns, seed):
        self.learnt.append((features, label, weight))
        return Remembered({row.tobytes() for row in features}, len(features))


class Remembered:
    def __init__(self, rows, count):
        self._rows, self._count = rows, count

    def score(self, features):
        return np.array([0.25 + 0.5 * (row.tobytes() in self._rows) for row in np.ascontiguousarray(features)])

    def importance(self):
        return {"slow": 0.75, "fast": 0.25}


@pytest.fixture
def data():
    return dataset(rows=200, kind="class")


def test_no_row_is_scored_by_a_fit_that_has_seen_it(data):
    splits = splitter_from("purged-k-fold:folds=4").split(data.start, data.end)
    advanced = []
    found = out_of_fold(data, Memory(), splits, 1, advanced.append)
    assert (found.score == 0.25).all()
    assert advanced == [1, 1, 1, 1]
    assert sum(fold.tested for fold in found.folds) == len(data)
    assert found.importance == {"slow": 0.75, "fast": 0.25}


def test_rows_tested_twice_have_the_mean_and_rows_never_tested_none(data):
    splits = splitter_from("combinatorial:groups=4,tested=2").split(data.start, data.end)
    assert np.isfinite(out_of_fold(data, Memory(), splits, 1, lambda _: None).score).all()
    late = splitter_from("walk-forward:train=0.5,step=0.25").split(data.start, data.end)
    score = out_of_fold(data, Memory(), late, 1, lambda _: None).score
    assert np.isnan(score[:100]).all()
    assert np.isfinite(score[-100:]).all()


def test_a_fold_without_any_score_is_refused_rather_than_taken_for_caution(data):
    class Mute(Memory):
        def fit(self, features, label, weight, columns, seed):
            return Silent() if self.learnt else super().fit(features, label, weight, columns, seed)

    class Silent:
        def score(self, features):
            return np.full(len(features), np.nan)

    splits = splitter_from("purged-k-fold:folds=4").split(data.start, data.end)
    with pytest.raises(EstimatorScoresNothing, match="'memory' gave no score to any of the 100 rows of fold 2"):
        out_of_fold(data, Mute(), splits, 1, lambda _: None)


def test_weights_have_mean_one(data):
    memory = Memory()
    out_of_fold(data, memory, splitter_from("purged-k-fold:folds=2").split(data.start, data.end), 1, lambda _: None)
    assert all(weight.mean() == pytest.approx(1.0) for _, _, weight in memory.learnt)


def test_a_line_takes_over_from_fit_to_fit_without_a_gap(data):
    steps = splitter_from("walk-forward:train=0.4,step=0.3,anchored=true").split(data.start, data.end)
    line = line_of_fits(data, Memory(), steps, 1, lambda _: None)
    assert [fit.rows for fit in line] == [len(split.train) for split in steps] + [len(data)]
    for split, fit in zip(steps, line, strict=False):
        first, last = data.start[split.test].min(), data.start[split.test].max()
        assert fit.trained_until <= fit.usable_from < first
        assert last <= fit.usable_until
    assert line[-1].usable_from == line[-1].trained_until == data.end.max()


def test_a_line_without_steps_is_one_fit_on_everything(data):
    [last] = line_of_fits(data, Memory(), [], 1, lambda _: None)
    assert (last.rows, last.usable_until) == (len(data), None)
