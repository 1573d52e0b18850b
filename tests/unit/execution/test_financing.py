from datetime import date

import numpy as np
import pytest

from mbats.execution.financing import DatedRates, FinancingRates, charge
from mbats.market.catalogue import fx_pair

OANDA_DAYS = {0: 1, 1: 1, 2: 3, 3: 1, 4: 1, 5: 0, 6: 0}


def dated(days_of_week=None):
    return DatedRates(np.array([100, 200]), np.array([-0.03, -0.02]), np.array([0.01, 0.005]), "assumed", days_of_week)


@pytest.fixture
def rates():
    return FinancingRates({"EUR_USD": dated()})


@pytest.mark.parametrize(
    ("time", "valid"),
    [(99, None), (100, (-0.03, 0.01)), (199, (-0.03, 0.01)), (200, (-0.02, 0.005)), (10**18, (-0.02, 0.005))],
)
def test_rates_are_valid_from_their_time_until_the_next(rates, time, valid):
    assert rates.rates_at("EUR_USD", time) == valid


def test_an_instrument_without_rates_has_none(rates):
    assert rates.rates_at("USD_JPY", 150) is None


def test_sources_are_named_once():
    assert FinancingRates({"EUR_USD": dated(), "GBP_USD": dated()}).sources == ("assumed",)


def test_oandas_published_example():
    """OANDA, "Financing fees": (100,000 x 1.15826) x -3.00 % x 1/365 = -9.52 USD."""
    assert charge(100_000, 1.15826, -0.03, 0.01, 1) == pytest.approx(-9.52, abs=0.005)


def test_each_side_has_its_own_rate_and_a_negative_rate_is_paid():
    assert charge(1_000, 1.0, -0.0365, 0.00365, 1) == pytest.approx(-0.1)
    assert charge(-1_000, 1.0, -0.0365, 0.00365, 1) == pytest.approx(0.01)


def test_days_multiply():
    assert charge(1_000, 1.0, -0.0365, 0.0, 3) == pytest.approx(-0.3)
    assert charge(1_000, 1.0, -0.0365, 0.0, 0) == 0.0


@pytest.mark.parametrize(
    ("symbol", "trading_day", "days"),
    [
        # Spot in two days: Wednesday to Thursday moves the value date from Friday over the weekend to Monday.
        ("EUR_USD", date(2016, 6, 7), 1),
        ("EUR_USD", date(2016, 6, 8), 3),
        ("EUR_USD", date(2016, 6, 9), 1),
        ("EUR_USD", date(2016, 6, 10), 1),
        # USD_CAD settles in one day: its triple day is Thursday.
        ("USD_CAD", date(2016, 6, 8), 1),
        ("USD_CAD", date(2016, 6, 9), 3),
        # 4 July 2016, a Monday, is a US holiday: the weekend before it counts four days on Wednesday 29 June.
        ("EUR_USD", date(2016, 6, 29), 4),
        ("EUR_USD", date(2016, 6, 30), 0),
        # Friday 1 July is Canada Day as well: a trade of Thursday is paid on Tuesday 5 July, one of Friday too.
        ("USD_CAD", date(2016, 6, 29), 5),
        ("USD_CAD", date(2016, 6, 30), 0),
    ],
)
def test_regression_triple_days_t1_pairs_holidays_and_weekends(rates, symbol, trading_day, days):
    assert rates.days(fx_pair(symbol), trading_day) == days


def test_no_weekend_is_charged_twice(rates):
    week = [rates.days(fx_pair("EUR_USD"), date(2016, 6, day)) for day in range(6, 11)]
    assert sum(week) == 7


def test_the_venues_own_days_win_over_the_rule():
    own = FinancingRates({"USD_CAD": dated(OANDA_DAYS), "EUR_USD": dated({2: 3})})
    assert own.days(fx_pair("USD_CAD"), date(2016, 6, 8)) == 3
    assert own.days(fx_pair("USD_CAD"), date(2016, 6, 9)) == 1
    assert own.days(fx_pair("EUR_USD"), date(2016, 6, 9)) == 0


@pytest.mark.parametrize(
    ("time", "long_rate", "problem"),
    [([2, 1], [0.0, 0.0], "increase strictly"), ([1], [0.0, 0.0], "of one length")],
)
def test_rates_out_of_shape_are_refused(time, long_rate, problem):
    with pytest.raises(ValueError, match=problem):
        DatedRates(np.array(time), np.array(long_rate), np.array(long_rate), "assumed")
