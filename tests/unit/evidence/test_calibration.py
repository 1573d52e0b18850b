"""`make calibrate` in small: the referee is fooled no more often than it says, and sees what is there."""

import numpy as np
import pytest

from calibration import walks
from calibration.plot import plot
from calibration.searches import Law, searches, verdicts


@pytest.mark.parametrize("correlation", [0.0, 0.9])
def test_luck_passes_no_more_often_than_it_may_and_the_naive_test_many_times_as_often(correlation):
    found = verdicts(searches(Law(correlation, days=520), 250, seed=7))
    assert found.deflated <= 0.05 + 3 * found.error
    assert found.naive > max(0.1, 2.5 * found.deflated)


def test_the_number_of_trials_by_correlation_with_the_variance_of_all_cells_would_discount_twice():
    """Which is why nothing here does it: at a correlation of 0.9 more than 5 % would pass."""
    from mbats.evidence.luck import deflated_sharpe

    passed = []
    for records in searches(Law(0.9, days=260), 600, seed=3):
        best = max(records, key=lambda record: record.sharpe)
        variance = np.var([record.sharpe for record in records], ddof=1)
        passed.append(deflated_sharpe(best, round(1 + 49 * (1 - 0.9)), variance) >= 0.95)
    assert np.mean(passed) > 0.06


def test_skill_is_seen():
    some, much = (verdicts(searches(Law(0.9, skill, days=2_600), 60, seed=5)).deflated for skill in (0.5, 1.5))
    assert some < much
    assert much > 0.9


def test_a_real_strategy_finds_nothing_on_walks_that_lead_nowhere():
    found = [walks.search(seed, 260) for seed in range(24)]
    judged = verdicts(found)
    assert judged.deflated <= 3 / 24
    assert judged.naive > judged.deflated
    lucky = np.array([[record.t for record in records] for records in found])
    assert abs(lucky.mean()) < 4 * lucky.mean(axis=1).std() / 24**0.5
    assert 0.7 < lucky.std() < 1.3


def test_a_walk_is_made_of_possible_bars_and_reaches_as_far_as_a_brownian_motion():
    bars = walks.walk(np.random.default_rng(1), 500)
    assert (bars.high >= np.maximum(bars.open, bars.close)).all()
    assert (bars.low <= np.minimum(bars.open, bars.close)).all()
    assert (bars.time[1:] > bars.time[:-1]).all()
    reach = (bars.high - bars.open).mean() / np.std(bars.close - bars.open)
    assert reach == pytest.approx((2 / np.pi) ** 0.5, rel=0.03)


def test_the_picture_shows_every_share():
    drawn = plot({"some": (0.012, 0.31)}, {"all": [(0.0, 0.02), (1.5, 0.97)]})
    assert "1.2%" in drawn
    assert "31.0%" in drawn
    assert drawn.count("<circle") == 2
