import numpy as np
import pytest
from tests.fakes.market import hourly

from mbats.features.indicators.extremes import lowest
from mbats.features.indicators.moving_average import sma
from mbats.features.indicators.rsi import rsi
from mbats.features.indicators.sharing import shared_briefly, shared_columns
from mbats.features.indicators.stochastic import stochastic
from mbats.features.indicators.zero_division import zero_division
from mbats.strategies.decision import decide_safely
from mbats.strategies.samples.rsi_bracket import RsiBracket


@pytest.fixture
def close():
    column = 1.1 + np.cumsum(np.random.default_rng(0).normal(0.0, 1e-3, 200))
    column.flags.writeable = False
    return column


def test_the_same_column_and_parameters_are_computed_once(close):
    with shared_columns():
        assert rsi(close, 5) is rsi(close.view(), 5)
        assert rsi(close, 5) is not rsi(close, 6)
        assert rsi(close, 5) is not rsi(close[1:], 5)
    assert rsi(close, 5) is not rsi(close, 5)


def test_within_one_decision_the_very_same_column_is_computed_once(close):
    with shared_briefly():
        assert rsi(close, 5) is rsi(close, 5)
        assert rsi(close, 5) is not rsi(close, 6)
        assert stochastic(close, close, close, 7).k is stochastic(close, close, close, 7, smooth_d=5).k
    assert rsi(close, 5) is not rsi(close, 5)


@pytest.mark.parametrize("sharing", [shared_columns, shared_briefly])
def test_what_is_made_of_a_column_that_may_change_is_not_shared_either(close, sharing):
    column = close.copy()
    with sharing():
        before = stochastic(column, column, column, 5).k
        assert sma(column, 5) is not sma(column, 5)
        column[:] = column[::-1].copy()
        assert (stochastic(column, column, column, 5).k[10:] != before[10:]).any()


def test_what_an_indicator_makes_on_the_way_is_shared_too(close):
    with shared_columns():
        bottom = lowest(close, 7)
        stochastic(close, close, close, 7)
        assert lowest(close, 7) is bottom
        assert stochastic(close, close, close, 7).k is stochastic(close, close, close, 7, smooth_d=3).k


def test_a_column_that_may_change_is_never_shared(close):
    column = close.copy()
    with shared_columns():
        before = stochastic(column, column, column, 5).k.copy()
        column[100:] += 0.01 * np.arange(100)
        after = stochastic(column, column, column, 5).k
    np.testing.assert_array_equal(after, stochastic(column, column, column, 5).k)
    assert (before[110:] != after[110:]).any()


def test_what_raises_in_one_world_is_not_taken_from_the_other(close):
    flat = np.ones(50)
    flat.flags.writeable = False
    with shared_columns():
        assert np.isnan(rsi(flat, 5)).all()
        with zero_division("raise"), pytest.raises(ZeroDivisionError):
            rsi(flat, 5)
        assert np.isnan(rsi(flat, 5)).all()


def test_the_least_recently_used_are_forgotten_beyond_the_limit(close):
    with shared_columns(limit=3 * 2 * close.nbytes):
        kept, forgotten = sma(close, 2), sma(close, 3)
        sma(close, 2)
        for period in (4, 5):
            sma(close, period)
        assert sma(close, 2) is kept
        assert sma(close, 3) is not forgotten


def test_a_column_is_read_only_whether_shared_or_not(close):
    with pytest.raises(ValueError, match="read-only"):
        sma(close, 3)[0] = 0.0


def test_cells_of_a_sweep_share_the_indicators_of_their_bars():
    bars = hourly("EUR_USD", 1.1 + np.cumsum(np.random.default_rng(1).normal(0.0, 1e-3, 300)))
    with shared_columns():
        first, second = (decide_safely(RsiBracket(stop_atr=stop), bars) for stop in (1.0, 1.5))
    assert all(first.columns[name] is second.columns[name] for name in first.columns)
    assert bars.close.flags.writeable
