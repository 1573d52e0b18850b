import numpy as np
import pytest
from scipy import stats
from sklearn import calibration, metrics

from mbats.models.metrics.calibration import calibration_error, calibration_table
from mbats.models.metrics.information import information_coefficient, rank_information_coefficient
from mbats.models.metrics.statistical import evaluate

rng = np.random.default_rng(3)
ROWS = 500
SCORE = rng.uniform(0.2, 0.8, ROWS)
OUTCOME = 0.01 * (SCORE - 0.5) + 0.002 * rng.standard_normal(ROWS)
LABEL = np.where(OUTCOME > 0, 1.0, -1.0)
WEIGHT = rng.uniform(0.1, 2.0, ROWS)
START = np.arange(ROWS, dtype=np.int64)


def test_figures_of_classes_are_those_of_scikit_learn():
    found = evaluate(LABEL, SCORE, OUTCOME, WEIGHT, "class")
    up = LABEL > 0
    assert found["log_loss"] == pytest.approx(metrics.log_loss(up, SCORE, sample_weight=WEIGHT))
    assert found["brier"] == pytest.approx(np.average((SCORE - up) ** 2, weights=WEIGHT))
    assert found["auc"] == pytest.approx(metrics.roc_auc_score(up, SCORE, sample_weight=WEIGHT))
    assert found["accuracy"] == pytest.approx(np.average((SCORE > 0.5) == up, weights=WEIGHT))
    assert found["base_rate"] == pytest.approx(np.average(up, weights=WEIGHT))
    assert found["n"] == ROWS


def test_meta_labels_of_zero_and_one_are_the_same_classes():
    assert evaluate((LABEL > 0) * 1.0, SCORE, OUTCOME, WEIGHT, "class") == evaluate(
        LABEL, SCORE, OUTCOME, WEIGHT, "class"
    )


def test_figures_of_numbers_are_those_of_scikit_learn():
    score = 0.01 * (SCORE - 0.5)
    found = evaluate(OUTCOME, score, OUTCOME, WEIGHT, "number")
    assert found["rmse"] == pytest.approx(metrics.root_mean_squared_error(OUTCOME, score, sample_weight=WEIGHT))
    assert found["mae"] == pytest.approx(metrics.mean_absolute_error(OUTCOME, score, sample_weight=WEIGHT))
    assert found["r2"] == pytest.approx(metrics.r2_score(OUTCOME, score, sample_weight=WEIGHT))
    assert "auc" not in found


def test_coefficients_are_those_of_scipy():
    assert information_coefficient(SCORE, OUTCOME).value == pytest.approx(stats.pearsonr(SCORE, OUTCOME).statistic)
    ranked = rank_information_coefficient(SCORE, OUTCOME)
    assert ranked.value == pytest.approx(stats.spearmanr(SCORE, OUTCOME).statistic)
    assert (ranked.t, ranked.low, ranked.p) == (None, None, None)  # nothing is known of overlaps


def test_a_weight_of_two_is_two_rows():
    twice = np.where(np.arange(ROWS) % 3 == 0, 2, 1)
    repeated = np.repeat(np.arange(ROWS), twice)
    weighted = evaluate(LABEL, SCORE, OUTCOME, twice.astype(float), "class")
    plain = evaluate(LABEL[repeated], SCORE[repeated], OUTCOME[repeated], np.ones(len(repeated)), "class")
    for name in ("log_loss", "brier", "auc", "accuracy", "base_rate", "ic"):
        assert weighted[name] == pytest.approx(plain[name]), name


def test_without_overlap_the_uncertainty_is_about_the_textbooks():
    draws = np.random.default_rng(11)
    score = draws.standard_normal(4_000)
    outcome = 0.1 * score + draws.standard_normal(4_000)
    start = np.arange(4_000, dtype=np.int64)
    found = information_coefficient(score, outcome, None, start, start + 1)
    r = found.value
    assert found.t == pytest.approx(r * np.sqrt(3_998 / (1 - r**2)), rel=0.15)
    assert 0 < found.low < 0.1 < found.high
    assert found.effective == pytest.approx(4_000, rel=0.3)


def overlapping(rows, horizon, count, persistence=0.98):
    """Worthless persistent scores and returns over `horizon` bars, one pair a draw."""
    draws = np.random.default_rng(5)
    for _ in range(count):
        steps, news = draws.standard_normal(rows + horizon), draws.standard_normal(rows)
        score = np.zeros(rows)
        for row in range(1, rows):
            score[row] = persistence * score[row - 1] + news[row]
        summed = np.concatenate([[0.0], np.cumsum(steps)])
        yield score, summed[horizon : rows + horizon] - summed[:rows]


def test_overlapping_labels_do_not_make_noise_significant():
    start = np.arange(1_000, dtype=np.int64)
    found = [
        information_coefficient(score, outcome, None, start, start + 12)
        for score, outcome in overlapping(1_000, 12, 200)
    ]
    assert np.mean([each.p < 0.05 for each in found]) <= 0.09
    assert np.mean([each.low <= 0 <= each.high for each in found]) >= 0.91
    assert np.median([each.effective for each in found]) < 200  # of 1,000 rows


def test_an_instrument_counted_five_times_is_no_more_evidence():
    copies = [np.tile(column, 5) for column in (SCORE, OUTCOME)]
    start = np.tile(START, 5)
    once = information_coefficient(SCORE, OUTCOME, None, START, START + 1)
    assert information_coefficient(*copies, None, start, start + 1).t == pytest.approx(once.t)


def test_bins_are_those_of_scikit_learn():
    table = calibration_table(SCORE, (LABEL > 0) * 1.0)
    observed, predicted = calibration.calibration_curve(LABEL > 0, SCORE, n_bins=10, strategy="quantile")
    assert [each.observed for each in table] == pytest.approx(observed)
    assert [each.predicted for each in table] == pytest.approx(predicted)
    assert sum(each.rows for each in table) == ROWS


def test_an_honest_forecaster_is_calibrated_and_a_boaster_is_not():
    draws = np.random.default_rng(4)
    score = draws.uniform(0.3, 0.7, 20_000)
    came_true = (draws.uniform(size=20_000) < score) * 1.0
    assert calibration_error(calibration_table(score, came_true)) < 0.02
    boasted = 0.5 + 2.0 * (score - 0.5)
    assert calibration_error(calibration_table(boasted, came_true)) > 0.08


def test_what_is_undefined_is_none():
    one_class = evaluate(np.ones(ROWS), SCORE, OUTCOME, WEIGHT, "class", start=START, end=START + 1)
    assert one_class["auc"] is None
    assert one_class["log_loss"] > 0
    constant = evaluate(LABEL, np.full(ROWS, 0.5), OUTCOME, WEIGHT, "class", start=START, end=START + 1)
    assert constant["auc"] == 0.5
    assert [constant[name] for name in ("ic", "ic_t", "rank_ic", "rank_ic_p")] == [None] * 4
    nothing = evaluate(LABEL, np.full(ROWS, np.nan), OUTCOME, WEIGHT, "class", start=START, end=START + 1)
    assert nothing.pop("n") == 0
    assert set(nothing.values()) == {None}


def test_rows_without_a_score_do_not_count():
    score = np.where(np.arange(ROWS) < 100, np.nan, SCORE)
    left = evaluate(LABEL[100:], SCORE[100:], OUTCOME[100:], WEIGHT[100:], "class")
    assert evaluate(LABEL, score, OUTCOME, WEIGHT, "class") == left
