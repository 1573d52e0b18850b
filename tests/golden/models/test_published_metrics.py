"""Metrics on examples whose answers were printed by those who made them."""

import numpy as np
import pytest

from mbats.models.metrics.information import information_coefficient, rank_information_coefficient
from mbats.models.metrics.statistical import evaluate


def of_classes(truth, score):
    ones = np.ones(len(truth))
    return evaluate(np.asarray(truth, dtype=float), np.asarray(score, dtype=float), ones, ones, "class")


def test_area_under_the_curve_of_radiologists():
    """Hanley and McNeil (1982), "The meaning and use of the area under a ROC curve", Radiology 143, table I.

    109 tomograms, rated from 1 (surely normal) to 5; the area is 0.893.
    """
    normal, abnormal = [33, 6, 6, 11, 2], [3, 2, 2, 11, 33]
    ratings = np.concatenate([np.repeat(range(1, 6), normal), np.repeat(range(1, 6), abnormal)]) / 5.0
    truth = np.repeat([0.0, 1.0], [58, 51])
    assert of_classes(truth, ratings)["auc"] == pytest.approx(0.893, abs=5e-4)


def test_score_of_ten_forecasts_of_rain():
    """Brier (1950), "Verification of forecasts expressed in terms of probability", Monthly Weather Review 78, table 1.

    He adds the errors of rain and of no rain, and gets 0.19; ours is of rain alone, which is half of it.
    """
    forecast = [0.7, 0.9, 0.8, 0.4, 0.2, 0.0, 0.0, 0.0, 0.0, 0.1]
    rain = [0, 1, 1, 1, 0, 0, 0, 0, 0, 0]
    assert 2.0 * of_classes(rain, forecast)["brier"] == pytest.approx(0.19)


@pytest.mark.parametrize(
    ("x", "y"),
    [
        (
            [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5],
            [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68],
        ),
        (
            [8, 8, 8, 8, 8, 8, 8, 19, 8, 8, 8],
            [6.58, 5.76, 7.71, 8.84, 8.47, 7.04, 5.25, 12.50, 5.56, 7.91, 6.89],
        ),
    ],
    ids=["first", "fourth"],
)
def test_correlation_of_the_quartet(x, y):
    """Anscombe (1973), "Graphs in statistical analysis", The American Statistician 27: r squared is 0.667 in each."""
    found = information_coefficient(np.array(x, dtype=float), np.array(y))
    assert found.value**2 == pytest.approx(0.667, abs=1e-3)


def test_rank_correlation_of_the_colour_of_tuna():
    """Hollander and Wolfe (1973), "Nonparametric statistical methods", page 185, as R's help of `cor.test` has it.

    R prints S = 48 for Spearman, which is rho = 1 - 6 * 48 / (9 * 80) = 0.6.
    """
    lightness = np.array([44.4, 45.9, 41.9, 53.3, 44.7, 44.1, 50.7, 45.2, 60.1])
    panel = np.array([2.6, 3.1, 2.5, 5.0, 3.6, 4.0, 5.2, 2.8, 3.8])
    assert rank_information_coefficient(lightness, panel).value == pytest.approx(0.6)
