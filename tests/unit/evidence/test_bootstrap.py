from math import sqrt

import numpy as np
import pytest

from mbats.evidence.bootstrap import mean_interval, sharpe_interval

DICE = np.random.default_rng(3)


def test_independent_returns_give_the_interval_of_the_formula():
    returns = DICE.standard_normal(2_000) * 0.01 + 0.0005
    found = sharpe_interval(returns, 260)
    ratio = returns.mean() / returns.std(ddof=1)
    error = sqrt((1 + ratio**2 / 2) / len(returns)) * sqrt(260)
    centre = ratio * sqrt(260)
    assert found.low == pytest.approx(centre - 1.96 * error, abs=0.25 * error)
    assert found.high == pytest.approx(centre + 1.96 * error, abs=0.25 * error)


def test_returns_that_follow_one_another_are_less_sure():
    shocks = DICE.standard_normal(2_000)
    following = np.convolve(shocks, np.ones(10), mode="valid")
    sure, unsure = sharpe_interval(shocks, 260), sharpe_interval(following, 260)
    assert unsure.block > sure.block
    assert unsure.high - unsure.low > 2 * (sure.high - sure.low)


def test_the_same_record_gives_the_same_interval():
    returns = DICE.standard_normal(300)
    assert sharpe_interval(returns, 260) == sharpe_interval(returns, 260)


@pytest.mark.parametrize("returns", [np.zeros(100), np.ones(5)])
def test_too_little_has_no_interval(returns):
    assert sharpe_interval(returns, 260) is None


def test_the_interval_of_a_mean_difference_is_narrow_where_both_move_together():
    dice = np.random.default_rng(4)
    market, own = dice.standard_normal((2, 600)) * [[0.01], [0.001]]
    apart = mean_interval(market, confidence=0.9)
    paired = mean_interval(market + own + 0.0005 - market, confidence=0.9)
    assert 0 < paired.low < 0.0005 < paired.high
    assert paired.high - paired.low < 0.2 * (apart.high - apart.low)
    assert mean_interval(np.zeros(600)) is None
    assert mean_interval(own[:9]) is None
