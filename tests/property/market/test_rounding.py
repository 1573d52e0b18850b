"""Rounding in floats gives the bits of rounding in decimals."""

from decimal import Decimal

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from mbats.market.instrument import AssetClass, Instrument
from mbats.market.rounding import to_tick

TICKS = ["0.00001", "0.001", "0.01", "0.0001", "0.25", "0.005", "0.00025", "1", "5", "1E+1", "0.03"]


def instrument(tick):
    return Instrument("EUR_USD", AssetClass.FX, "EUR", "USD", Decimal("0.0001"), Decimal(tick))


def bits(number):
    return np.float64(number).tobytes()


def same(price, tick):
    terms = instrument(tick)
    return bits(to_tick(price, *map(float, terms.tick.as_integer_ratio()))) == bits(terms.round_price(price))


@given(st.floats(-1e6, 1e6), st.sampled_from(TICKS))
@example(-1e-9, "0.01")
@example(-0.0, "0.01")
def test_any_price(price, tick):
    assert same(price, tick)


@given(st.integers(-(10**9), 10**9), st.sampled_from(TICKS), st.integers(-3, 3))
def test_prices_about_the_middle_of_two_steps(steps, tick, away):
    """The nearest floats below, at and above each middle, where halves go to even."""
    price = float((Decimal(steps) + Decimal("0.5")) * Decimal(tick))
    for _ in range(abs(away)):
        price = float(np.nextafter(price, np.inf if away > 0 else -np.inf))
    assert same(price, tick)


@given(st.floats(0.0001, 1_000.0), st.floats(0.0, 10.0), st.sampled_from(TICKS))
def test_sums_of_prices_and_distances(price, distance, tick):
    assert same(price + distance, tick)
    assert same(price - distance, tick)
