"""The closed formulas against simulation."""

from math import sqrt

import numpy as np
import pytest

from mbats.evidence.luck import deflated_sharpe, expected_maximum
from mbats.evidence.track_record import TrackRecord, minimum_track_record, probabilistic_sharpe

DICE = np.random.default_rng(7)


@pytest.mark.parametrize("trials", [10, 50, 1_000])
def test_the_best_of_worthless_trials_shows_what_is_expected(trials):
    best = DICE.standard_normal((4_000, trials)).max(axis=1).mean()
    assert expected_maximum(trials, 1.0) == pytest.approx(best, rel=0.04)
    assert expected_maximum(trials, 0.04) == pytest.approx(0.2 * expected_maximum(trials, 1.0))


def test_nothing_is_expected_of_one_trial():
    record = TrackRecord(0.06, 500, -0.3, 5.0)
    assert expected_maximum(1, 1.0) == 0.0
    assert deflated_sharpe(record, 1, 1.0) == probabilistic_sharpe(record)


def test_probabilistic_sharpe_errs_as_often_as_it_says():
    returns = DICE.standard_normal((4_000, 250))
    ratios = returns.mean(axis=1) / returns.std(axis=1, ddof=1)
    sure = [probabilistic_sharpe(TrackRecord(float(ratio), 250)) > 0.95 for ratio in ratios]
    assert np.mean(sure) == pytest.approx(0.05, abs=0.011)


def test_fat_tails_and_losses_make_it_less_sure_of_a_gain():
    plain = TrackRecord(0.1, 250)
    assert probabilistic_sharpe(plain._replace(skewness=-2.0)) < probabilistic_sharpe(plain)
    assert probabilistic_sharpe(plain._replace(kurtosis=20.0)) < probabilistic_sharpe(plain)


def test_more_trials_leave_less():
    record = TrackRecord(0.1, 1_000)
    left = [deflated_sharpe(record, trials, 1 / 1_000) for trials in (1, 2, 10, 100, 10_000)]
    assert left == sorted(left, reverse=True)


def test_after_the_minimum_length_one_is_just_sure_enough():
    record = TrackRecord(0.08, 0, -1.0, 8.0)
    needed = minimum_track_record(record)
    assert probabilistic_sharpe(record._replace(days=round(needed))) == pytest.approx(0.95, abs=1e-3)
    assert minimum_track_record(record, benchmark=0.08) is None


def test_one_day_is_no_record():
    assert probabilistic_sharpe(TrackRecord(0.1, 1)) is None


def test_t_is_the_ratio_in_units_of_luck():
    assert TrackRecord(0.1, 400).t == pytest.approx(0.1 * sqrt(400))
