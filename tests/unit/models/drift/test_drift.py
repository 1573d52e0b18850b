import numpy as np
import pytest

from mbats.models.drift.drift import Drift, ScoreDrift, feature_drift
from mbats.models.drift.kolmogorov_smirnov import distance
from mbats.models.drift.population import FLOOR, population_stability, stability_index

DICE = np.random.default_rng(7)


def test_the_same_population_is_stable_and_a_shifted_one_is_not():
    before, same, moved = DICE.standard_normal((3, 4_000))
    assert population_stability(before, before) == 0.0
    assert population_stability(before, same) < 0.02
    assert population_stability(before, moved + 1.0) > 0.25


def test_a_column_that_never_moved_has_one_bin_and_what_leaves_it_is_seen():
    before = np.zeros(100)
    assert population_stability(before, np.zeros(50)) == 0.0
    assert population_stability(before, np.ones(50)) > 5.0


def test_a_column_that_lost_its_values_has_drifted():
    before = DICE.standard_normal(1_000)
    assert population_stability(before, np.full(100, np.nan)) > 5.0
    assert population_stability(np.full(100, np.nan), np.full(100, np.nan)) == 0.0
    assert distance(before, np.full(100, np.nan)) is None


def test_nothing_to_compare_is_unknown():
    assert population_stability(np.empty(0), np.ones(3)) is None
    assert population_stability(np.ones(3), np.empty(0)) is None


def test_an_empty_bin_counts_as_the_floor():
    found = stability_index(np.array([0.5, 0.5]), np.array([1.0, 0.0]))
    assert found == pytest.approx(0.5 * np.log(2) + (FLOOR - 0.5) * np.log(FLOOR / 0.5))


def test_a_feature_drifts_by_index_and_distance_together():
    before = DICE.standard_normal((3_000, 3))
    late = DICE.standard_normal((1_000, 3))
    late[:, 1] += 1.0
    late[:, 2] += 0.2  # no chance, but not major either
    found = feature_drift(("still", "moved", "a little"), before, late)
    assert [one.drifted for one in found] == [False, True, False]
    assert found[2].p < 0.001


def test_a_handful_of_late_rows_proves_nothing():
    before = np.random.default_rng(1).standard_normal((3_000, 1))
    [found] = feature_drift(("one",), before, before[:5])
    assert found.psi > 0.25
    assert not found.drifted


@pytest.mark.parametrize(
    ("scores", "decayed", "miscalibrated"),
    [
        (ScoreDrift(500, 0.05, 0.04, 0.01, 0.07), False, False),
        (ScoreDrift(500, 0.05, 0.0, -0.03, 0.03), True, False),
        (ScoreDrift(500, -0.01, -0.1, -0.2, -0.05), False, False),
        (ScoreDrift(500, None, 0.0, -0.03, 0.03), False, False),
        (ScoreDrift(500, 0.05, None, None, None, 0.01, 0.07), False, True),
        (ScoreDrift(500, 0.05, None, None, None, 0.01, None), False, False),
    ],
)
def test_scores_decay_below_what_they_were_and_probabilities_come_apart(scores, decayed, miscalibrated):
    assert (scores.decayed, scores.miscalibrated) == (decayed, miscalibrated)
    drift = Drift((), scores)
    assert drift.drifted == (decayed or miscalibrated)
    assert len(drift.reasons) == decayed + miscalibrated
