import numpy as np
import pytest

from mbats.adapters.cloudpickle.codec import PickleCodec
from mbats.adapters.lightgbm.estimator import LightGBM
from mbats.adapters.skops.codec import SkopsCodec
from mbats.errors.training import (
    EstimatorFailed,
    EstimatorFileBroken,
    EstimatorOfOtherKind,
    EstimatorScoresWrong,
    UnknownEstimator,
)
from mbats.models.estimators.discovery import Estimators

OWN = """
import numpy as np

class LastMove:
    kinds = ("class",)
    search = {"scale": (0.1, 10.0)}

    def __init__(self, scale: float = 1.0, bars: int = 3):
        self.scale, self.bars = scale, bars

    def fit(self, features, label, weight, columns, seed):
        self.sign = float(np.sign(np.mean(features[:, 0] * label)))

    def score(self, features):
        return 1 / (1 + np.exp(-self.scale * self.sign * features[:, 0]))

class _Hidden(LastMove):
    pass
"""
FEATURES = np.random.default_rng(1).normal(size=(50, 2))
LABEL, WEIGHT = np.where(FEATURES[:, 0] > 0, 1.0, -1.0), np.ones(50)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "estimators"


@pytest.fixture
def estimators(folder):
    return Estimators(SkopsCodec(), PickleCodec(), folder, {"lightgbm": LightGBM})


@pytest.fixture
def own(folder):
    folder.mkdir()
    (folder / "last_move.py").write_text(OWN)


def test_names_what_learns_a_kind_of_label(estimators, own):
    assert estimators.names("class") == [
        "extra-trees",
        "hist-gradient-boosting",
        "last-move",
        "lightgbm",
        "logistic",
        "random-forest",
    ]
    assert {"ridge", "elastic-net"} < set(estimators.names("number"))
    assert "last-move" not in estimators.names("number")


def test_sets_hyper_parameters_from_texts(estimators):
    found = estimators.find("hist-gradient-boosting", {"max_depth": "none", "max_iter": "7"}, "class")
    assert found.parameters["max_depth"] is None
    assert found.parameters["max_iter"] == 7


def test_an_own_estimator_learns_is_written_by_value_and_read_without_its_file(estimators, own, folder):
    found = estimators.find("last-move", {"scale": "2"}, "class")
    assert found.parameters == {"scale": 2.0, "bars": 3}
    assert {name: one.searched for name, one in found.space.items()} == {"scale": (0.1, 10.0), "bars": None}
    fitted = found.fit(FEATURES, LABEL, WEIGHT, ("a", "b"), 1)
    content = fitted.dump()
    (folder / "last_move.py").write_text(OWN.replace("self.scale * self.sign", "0"))
    assert (found.load(content, ("a", "b")).score(FEATURES) == fitted.score(FEATURES)).all()


def test_the_code_of_an_own_estimator_is_that_of_its_file(estimators, own, folder):
    before = estimators.find("last-move", {}, "class").code
    (folder / "last_move.py").write_text(OWN.replace("-self.scale", "-2 * self.scale"))
    assert estimators.find("last-move", {}, "class").code != before


def test_says_what_there_is_instead_of_a_misspelt_one(estimators):
    with pytest.raises(UnknownEstimator, match="Did you mean lightgbm"):
        estimators.find("lihgtgbm", {}, "class")


def test_refuses_an_estimator_of_the_other_kind(estimators, own):
    with pytest.raises(EstimatorOfOtherKind, match="'ridge' learns numbers, but the label is one of classes"):
        estimators.find("ridge", {}, "class")
    with pytest.raises(EstimatorOfOtherKind, match="last-move"):
        estimators.find("last-move", {}, "number")


def test_blames_the_line_of_a_broken_file(estimators, folder):
    folder.mkdir()
    (folder / "broken.py").write_text("import numpy\n\nnumpy.nothing\n")
    with pytest.raises(EstimatorFileBroken, match=r"broken.py, line 3"):
        estimators.find("broken", {}, "class")


def test_an_estimator_that_raises_is_named_with_the_cause(estimators, folder):
    folder.mkdir()
    (folder / "moody.py").write_text(OWN.replace("LastMove", "Moody").replace("self.sign = float", "raise OSError"))
    with pytest.raises(EstimatorFailed, match=r"'moody' failed while it was to learn from 50 rows: OSError"):
        estimators.find("moody", {}, "class").fit(FEATURES, LABEL, WEIGHT, ("a", "b"), 1)


def test_scores_of_another_shape_are_refused(estimators, folder):
    folder.mkdir()
    (folder / "wide.py").write_text(OWN.replace("LastMove", "Wide").replace("features[:, 0]))", "features))"))
    fitted = estimators.find("wide", {}, "class").fit(FEATURES, LABEL, WEIGHT, ("a", "b"), 1)
    with pytest.raises(EstimatorScoresWrong, match=r"\(50, 2\) for 50 rows"):
        fitted.score(FEATURES)
