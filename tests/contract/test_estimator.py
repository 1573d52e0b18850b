"""What every estimator must do: scikit-learn's, LightGBM, the user's own."""

import numpy as np
import pytest

from mbats.adapters.cloudpickle.codec import PickleCodec
from mbats.adapters.lightgbm.estimator import LightGBM
from mbats.adapters.skops.codec import SkopsCodec
from mbats.errors.training import EstimatorFailed, HyperparameterInvalid, LabelsNotTwoClasses, UnknownHyperparameter
from mbats.models.estimators.own import OwnEstimator
from mbats.models.estimators.recipe import RECIPES
from mbats.models.estimators.scikit import ScikitEstimator

COLUMNS = ("log_return_1", "rsi_14", "spread_bps", "hour_sin")
SMALL = {"n_estimators": 10, "max_iter": 10, "rounds": 10}


def rows(count=600, seed=1):
    draws = np.random.default_rng(seed)
    features = draws.normal(size=(count, len(COLUMNS))) * [1e-3, 30.0, 1.0, 0.7]
    number = features[:, 0] * 300 + draws.normal(size=count)
    features[draws.random(features.shape) < 0.05] = np.nan
    return features, number, draws.uniform(0.2, 1.0, count)


class EstimatorContract:
    """Inherit and give a fixture `estimator`, with its usual or smaller hyper-parameters."""

    @pytest.fixture
    def learnable(self, estimator):
        features, number, weight = rows()
        label = np.where(number > 0, 1.0, -1.0) if estimator.kind == "class" else number
        return features, label, weight

    def test_the_same_rows_and_seed_give_the_same_bytes(self, estimator, learnable):
        first, second = (estimator.fit(*learnable, COLUMNS, 7).dump() for _ in range(2))
        assert first == second

    def test_scores_one_number_a_row(self, estimator, learnable):
        score = estimator.fit(*learnable, COLUMNS, 7).score(learnable[0])
        assert score.shape == (600,)
        assert score.dtype == np.float64
        assert np.isfinite(score).all()

    def test_learns_what_is_there(self, estimator, learnable):
        features, number, _ = rows(seed=2)
        score = estimator.fit(*learnable, COLUMNS, 7).score(features)
        assert np.corrcoef(score, number)[0, 1] > 0.1

    def test_reads_what_it_wrote_with_the_same_bits(self, estimator, learnable):
        fitted = estimator.fit(*learnable, COLUMNS, 7)
        read = estimator.load(fitted.dump(), COLUMNS)
        assert read.format == fitted.format
        assert (read.score(learnable[0]) == fitted.score(learnable[0])).all()

    def test_a_row_scores_the_same_alone_and_among_others(self, estimator, learnable):
        fitted = estimator.fit(*learnable, COLUMNS, 7)
        together = fitted.score(learnable[0][:70])
        alone = [fitted.score(learnable[0][row : row + 1])[0] for row in range(70)]
        assert (together == alone).all()

    def test_tells_the_share_of_each_column_or_nothing(self, estimator, learnable):
        importance = estimator.fit(*learnable, COLUMNS, 7).importance()
        assert not importance or (set(importance) == set(COLUMNS) and sum(importance.values()) == pytest.approx(1.0))

    def test_a_class_is_a_probability_of_the_upper_one(self, estimator, learnable):
        if estimator.kind != "class":
            pytest.skip("it learns numbers")
        features, label, weight = learnable
        score = estimator.fit(features, label, weight, COLUMNS, 7).score(features)
        assert ((score >= 0) & (score <= 1)).all()
        assert score[label > 0].mean() > score[label < 0].mean()
        other = estimator.fit(features, (label + 1) / 2, weight, COLUMNS, 7).score(features)
        assert ((score > score.mean()) == (other > other.mean())).all()

    def test_says_that_one_class_is_none_to_tell_apart(self, estimator, learnable):
        if estimator.kind != "class":
            pytest.skip("it learns numbers")
        features, label, weight = learnable
        with pytest.raises(LabelsNotTwoClasses, match=estimator.name):
            estimator.fit(features, np.ones_like(label), weight, COLUMNS, 7)

    def test_names_itself_when_it_fails(self, estimator, learnable):
        features, label, weight = learnable
        with pytest.raises(EstimatorFailed, match=estimator.name):
            estimator.fit(features, label[:-1], weight, COLUMNS, 7)

    def test_a_column_without_any_value_disturbs_nobody(self, estimator, learnable):
        features, label, weight = learnable
        features[:, 2] = np.nan
        score = estimator.fit(features, label, weight, COLUMNS, 7).score(features)
        assert np.isfinite(score).all()

    def test_takes_other_hyper_parameters_within_bounds(self, estimator):
        if not estimator.space:
            pytest.skip("it has none")
        name = next(iter(estimator.space))
        other = estimator.with_parameters({name: str(estimator.space[name].value("2"))})
        assert other.parameters[name] == 2
        assert other.parameters.keys() == estimator.parameters.keys()
        with pytest.raises(UnknownHyperparameter, match="charm"):
            estimator.with_parameters({"charm": 1})
        with pytest.raises(HyperparameterInvalid, match=f"{name}=much"):
            estimator.with_parameters({name: "much"})

    def test_its_code_is_a_digest(self, estimator):
        assert len(estimator.code) == 64


def small(estimator):
    return estimator.with_parameters({name: value for name, value in SMALL.items() if name in estimator.space})


@pytest.mark.parametrize("kind", ["class", "number"])
class TestLightGBM(EstimatorContract):
    @pytest.fixture
    def estimator(self, kind):
        return small(LightGBM(kind))


@pytest.mark.parametrize(("name", "kind"), [(name, kind) for name in RECIPES for kind in RECIPES[name].classes])
class TestScikit(EstimatorContract):
    @pytest.fixture
    def estimator(self, name, kind):
        return small(ScikitEstimator(name, kind, SkopsCodec()))


class Mean:
    """Scores by the sign of the first column, as large as the label is on average."""

    def __init__(self, shrink: float = 1.0):
        self.shrink = shrink

    def fit(self, features, label, weight, columns, seed):
        sided = np.nan_to_num(np.sign(features[:, 0]))
        self.slope = self.shrink * float(np.mean(sided * label))

    def score(self, features):
        return 0.5 + 0.5 * self.slope * np.nan_to_num(np.sign(features[:, 0]))


@pytest.mark.parametrize("kind", ["class", "number"])
class TestOwn(EstimatorContract):
    @pytest.fixture
    def estimator(self, kind):
        return OwnEstimator("mean", kind, Mean, PickleCodec()).with_parameters({})
