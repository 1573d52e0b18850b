import numpy as np

from mbats.adapters.ecb.fixings import load
from mbats.market.reference.forecast import BURN_IN, forecast, forecast_of


def test_a_forecast_knows_nothing_of_its_own_move_nor_of_later_ones() -> None:
    moves = np.random.default_rng(1).normal(size=(200, 3)) * 0.005
    changed = moves.copy()
    changed[120:] *= -7
    before, after = (forecast(table, np.ones(200)).covariance for table in (moves, changed))
    np.testing.assert_array_equal(before[: 120 + 1], after[: 120 + 1])
    assert not np.array_equal(before[121], after[121])


def test_a_forecast_settles_on_the_true_covariance() -> None:
    """Times its level, one number that real moves, unlike these, need because of their tails."""
    truth = np.array([[1.0, 0.6], [0.6, 2.0]]) * 1e-5
    moves = np.random.default_rng(2).multivariate_normal([0, 0], truth, 5_000)
    mean = forecast(moves, np.ones(5_000)).covariance[1_000:].mean(axis=0)
    np.testing.assert_allclose(mean / 0.925, truth, rtol=0.06)


def test_a_storm_in_most_currencies_is_expected_of_the_others_too() -> None:
    moves = np.random.default_rng(4).normal(size=(300, 7)) * 0.005
    stormy = moves.copy()
    stormy[250:, :6] *= 3.0
    calm, storm = (forecast(table, np.ones(300)).covariance[-1, 6, 6] for table in (moves, stormy))
    assert storm > 1.5 * calm


def test_a_longer_stretch_counts_by_its_length() -> None:
    moves = np.random.default_rng(3).normal(size=(300, 2)) * 0.005
    weekdays = np.where(np.arange(300) % 5, 1.0, 4.0)
    stretched = moves * np.sqrt(weekdays)[:, None]
    np.testing.assert_allclose(
        forecast(stretched, weekdays).covariance, forecast(moves, np.ones(300)).covariance, rtol=1e-12
    )


def test_the_only_move_that_no_path_bridges_is_the_end_of_the_swiss_floor() -> None:
    fixings = load()
    rows, columns = np.nonzero(forecast_of(fixings).unbridgeable[BURN_IN:])
    assert [str(fixings.dates[row + BURN_IN + 1]) for row in rows] == ["2015-01-15"]
    assert [fixings.currencies[column] for column in columns] == ["CHF"]
