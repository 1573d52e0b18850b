from math import fsum

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbats.features.indicators.moving_average import sma, smma
from mbats.features.indicators.rolling_sum import rolling_sum
from mbats.features.indicators.rsi import rsi
from mbats.features.indicators.stochastic import stochastic
from mbats.features.indicators.true_range import atr
from mbats.features.indicators.zero_division import zero_division

NAN = float("nan")


def test_smma_seeds_with_the_plain_average_and_then_smooths():
    np.testing.assert_array_equal(smma(np.array([1.0, 2.0, 3.0, 7.0]), 2), [NAN, 1.5, 2.25, 4.625])


def test_smma_skips_a_warm_up_but_remembers_a_later_hole():
    values = np.array([NAN, 1.0, 3.0, 5.0, NAN, 5.0])
    np.testing.assert_array_equal(smma(values, 2), [NAN, NAN, 2.0, 3.5, NAN, NAN])


def test_sma_forgets_a_hole_once_it_has_left_the_window():
    values = np.array([1.0, 3.0, NAN, 5.0, 7.0])
    np.testing.assert_array_equal(sma(values, 2), [NAN, 2.0, NAN, NAN, 6.0])


@pytest.mark.parametrize("length", [0, 1, 4])
def test_too_few_rows_give_no_value(length):
    values = np.arange(length, dtype=float) + 1.0
    assert np.isnan(rsi(values, 5)).all()
    assert np.isnan(sma(values, 5)).all()
    assert np.isnan(atr(values, values, values, 5)).all()
    assert np.isnan(stochastic(values, values, values, 5).d).all()


def test_without_a_loss_rsi_has_no_value_until_there_is_one():
    close = np.array([1.0, 2.0, 3.0, 4.0, 3.0, 4.0])
    result = rsi(close, 2)
    assert np.isnan(result[:4]).all()
    assert np.isfinite(result[4:]).all()


def test_a_flat_range_takes_away_only_the_values_that_average_it():
    high = np.array([2.0, 3.0, 3.0, 3.0, 4.0, 5.0, 4.0])
    low = np.array([1.0, 3.0, 3.0, 3.0, 2.0, 2.0, 2.0])
    k = stochastic(high, low, (high + low) / 2, 2, smooth_k=2, smooth_d=1).k
    np.testing.assert_array_equal(np.isfinite(k), [False, False, False, False, False, True, True])


def test_dividing_by_zero_raises_only_inside_the_context_that_asks_for_it():
    rising = np.arange(1.0, 9.0)
    with zero_division("raise"):
        with pytest.raises(ZeroDivisionError, match=r"RSI\(3\).*row 3"):
            rsi(rising, 3)
        with pytest.raises(ZeroDivisionError, match=r"Stochastic\(3\).*row 2"):
            stochastic(np.ones(8), np.ones(8), np.ones(8), 3)
        with zero_division("nan"):
            assert np.isnan(rsi(rising, 3)).all()
    assert np.isnan(rsi(rising, 3)).all()


def plain_sums(values, period):
    return [fsum(values[start : start + period]) for start in range(len(values) - period + 1)]


SIZES = {
    "prices": st.integers(100_000, 200_000).map(lambda ticks: ticks / 100_000),
    "percents": st.floats(0.0, 100.0),
    "both signs": st.floats(-1.0, 1.0),
    "mixed magnitudes": st.floats(-1e200, 1e200) | st.floats(0.5, 2.0) | st.just(0.0),
    "subnormals": st.floats(-5e-320, 5e-320) | st.floats(-1e-307, 1e-307),
    "huge": st.floats(-1e306, 1e306),
    "powers that cancel": st.integers(-60, 60).flatmap(lambda power: st.sampled_from([2.0**power, -(2.0**power)])),
}


@pytest.mark.parametrize("sizes", SIZES.values(), ids=SIZES)
@given(data=st.data(), period=st.integers(1, 20))
def test_a_rolling_sum_is_fsum_for_any_window(sizes, data, period):
    values = data.draw(st.lists(sizes, max_size=60))
    assert rolling_sum(np.array(values, dtype=float), period)[period - 1 :].tolist() == plain_sums(values, period)


@pytest.mark.parametrize("period", [3, 64, 1_000])
@pytest.mark.parametrize("spread", [0, 20, 40, 60, 400])
def test_long_windows_are_exact_on_either_side_of_what_two_parts_hold(period, spread):
    rng = np.random.default_rng([period, spread])
    values = rng.normal(0.0, 1.0, 1_500) * 2.0 ** rng.integers(-spread, 1, 1_500)
    values[rng.random(1_500) < 0.2] *= -1.0
    assert rolling_sum(values, period)[period - 1 :].tolist() == plain_sums(values.tolist(), period)


@pytest.mark.parametrize("calm", range(20, 70, 3))
def test_a_storm_leaves_nothing_behind_once_it_has_left_the_window(calm):
    values = np.random.default_rng(calm).uniform(0.5, 1.0, 300)
    values[100:] *= 2.0**-calm
    assert rolling_sum(values, 64)[63:].tolist() == plain_sums(values.tolist(), 64)


def test_what_is_not_finite_is_forgotten_once_it_has_left_the_window_and_spoils_no_other_sum():
    for size in (1.0, 1e300):
        values = np.array([1.0, size, np.inf, 2.0, 3.0, NAN, -np.inf, 4.0, 5.0])
        np.testing.assert_array_equal(rolling_sum(values, 2), [NAN, 1.0 + size, NAN, NAN, 5.0, NAN, NAN, NAN, 9.0])


def test_a_sum_beyond_the_range_of_floats_is_refused():
    with pytest.raises(OverflowError):
        rolling_sum(np.full(4, 1.7e308), 2)
