"""How big, with the money at stake worked out again from the answer."""

import math
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbats.errors.sizing import SizeOutOfBounds
from mbats.market.bars import Bars, Quotes
from mbats.market.catalogue import fx_pair
from mbats.market.timeframe import Timeframe
from mbats.portfolio.sizing import FixedUnits, PercentRisk, Situation, VolatilityTarget, whole_lots
from mbats.portfolio.volatility import annualised_volatility, bars_in_year

money = st.floats(1e3, 1e9)
prices = st.floats(1e-3, 1e4)


@given(money, prices, prices, st.floats(1e-4, 100.0))
def test_a_stop_costs_the_stated_percentage(nav, distance, rate, percent):
    units = PercentRisk(percent).units(Situation(fx_pair("EUR_USD"), 1.1, rate, nav, distance))
    assert units * distance * rate == pytest.approx(nav * percent / 100)


@given(money, prices, st.floats(1e-3, 5.0), st.floats(1e-4, 100.0))
def test_the_position_has_the_stated_volatility(nav, price, volatility, percent):
    units = VolatilityTarget(percent).units(Situation(fx_pair("EUR_USD"), price, 1.0, nav, volatility=volatility))
    assert units * price * volatility == pytest.approx(nav * percent / 100)


def test_what_is_unknown_or_zero_trades_nothing():
    known = Situation(fx_pair("EUR_USD"), 1.1, 1.0, 1_000.0)
    assert whole_lots(PercentRisk().units(known), 1.0) == 0.0
    assert whole_lots(VolatilityTarget().units(known), 1.0) == 0.0
    for nothing in (
        Situation(known.instrument, 1.1, 1.0, 1_000.0, 0.0, 0.0),
        Situation(known.instrument, 1.1, 1.0, -5.0, 0.1),
    ):
        assert whole_lots(PercentRisk().units(nothing), 1.0) == 0.0
        assert whole_lots(VolatilityTarget().units(nothing), 1.0) == 0.0
    assert FixedUnits(7).units(known) == 7


@pytest.mark.parametrize("rule", [FixedUnits, PercentRisk, VolatilityTarget])
@pytest.mark.parametrize("value", [0.0, -1.0, math.nan, math.inf])
def test_a_size_that_sizes_nothing_is_refused(rule, value):
    with pytest.raises(SizeOutOfBounds, match=rf"{rule.__name__} was given .* = {value}.*above zero"):
        rule(value)


def test_nobody_risks_more_than_he_has():
    assert PercentRisk(100).percent == 100
    with pytest.raises(SizeOutOfBounds, match="at most 100"):
        PercentRisk(100.1)


@given(st.floats(-1e9, 1e9), st.sampled_from([1.0, 0.1, 100.0, 1_000.0]))
def test_lots_are_whole_and_never_more_than_asked(units, lot):
    rounded = whole_lots(units, lot)
    assert rounded / lot == pytest.approx(round(rounded / lot))
    assert abs(rounded) <= abs(units) + lot * 1e-6
    assert abs(units) - abs(rounded) < lot * (1 + 1e-6)
    assert rounded * units >= 0


@pytest.mark.parametrize("units", [math.nan, math.inf, -math.inf])
def test_no_number_is_no_trade(units):
    assert whole_lots(units, 1.0) == 0.0


def walk(rows, timeframe="D", seed=0, deviation=0.01):
    close = np.exp(np.cumsum(np.random.default_rng(seed).normal(0, deviation, rows)))
    time = np.arange(rows, dtype=np.int64) * Timeframe(timeframe).nanoseconds
    quotes = Quotes(close, close, close, close)
    return Bars(fx_pair("EUR_USD"), Timeframe(timeframe), time, time, quotes, np.zeros(rows))


def test_volatility_is_that_of_the_walk():
    volatility = annualised_volatility(walk(3_000))
    assert np.isnan(volatility[:20]).all()
    assert np.median(volatility[200:]) == pytest.approx(0.01 * math.sqrt(260), rel=0.1)


def test_volatility_begins_with_the_mean_square_of_twenty_returns():
    bars = walk(22)
    squares = np.diff(np.log(bars.close)) ** 2
    seed = squares[:20].mean()
    expected = [seed, 0.94 * seed + 0.06 * squares[20]]
    assert annualised_volatility(bars)[20:] == pytest.approx(np.sqrt(np.array(expected) * 260))


def test_volatility_looks_at_no_future():
    whole, part = annualised_volatility(walk(300)), annualised_volatility(walk(300).rows(0, 100))
    np.testing.assert_array_equal(part, whole[:100])


@pytest.mark.parametrize(("timeframe", "count"), [("D", 260), ("W", 52), ("H1", 6_240), ("M1", 374_400)])
def test_bars_in_a_year_of_fx(timeframe, count):
    assert bars_in_year(walk(1, timeframe)) == count


def test_a_short_history_has_no_volatility():
    assert np.isnan(annualised_volatility(walk(5))).all()
    assert Decimal(1) == fx_pair("EUR_USD").lot
