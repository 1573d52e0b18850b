"""Rates in compiled code are those of `Conversion`, whatever the order of the questions."""

import math

import numpy as np
import pytest

from fakes.market import MONDAY, hourly
from mbats.compiled import compiled_loop
from mbats.market.conversion import Conversion
from mbats.market.local_time import HOUR
from mbats.simulation.kernel.rates import highest, lowered_rates, rate_at

CONVERSION = Conversion(
    "USD", {"EUR_USD": hourly("EUR_USD", [1.1, 1.2, 1.3, 1.25]), "EUR_GBP": hourly("EUR_GBP", [0.8] * 3)}
)


@compiled_loop
def asked(rates, cursors, currency, times, found):
    for row in range(len(times)):
        found[row] = rate_at(rates, cursors, currency, times[row])


@pytest.mark.parametrize("currency", ["USD", "EUR", "GBP"])
def test_in_any_order(currency):
    rates = lowered_rates(CONVERSION, ["USD", "EUR", "GBP"])
    times = np.random.default_rng(1).integers(MONDAY, MONDAY + 9 * HOUR, 500)
    found = np.zeros(len(times))
    asked(rates, rates.start[:-1].copy(), ["USD", "EUR", "GBP"].index(currency), times, found)
    assert found.tolist() == CONVERSION.column(currency, times).tolist()


@pytest.mark.parametrize(("currency", "time"), [("EUR", MONDAY - 1), ("JPY", MONDAY + HOUR)])
def test_what_nobody_knows_is_no_number(currency, time):
    rates, found = lowered_rates(CONVERSION, [currency]), np.zeros(1)
    asked(rates, rates.start[:-1].copy(), 0, np.array([time]), found)
    assert math.isnan(found[0])


def test_a_bound_above_every_rate():
    assert highest(CONVERSION, "EUR") == 1.3
    assert highest(CONVERSION, "USD") == 1.0
    assert highest(CONVERSION, "GBP") >= 1.3 / 0.8
    assert math.isnan(highest(CONVERSION, "JPY"))
