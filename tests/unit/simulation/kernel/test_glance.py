"""A glance at several rows says what looking at one after the other says."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mbats.compiled import compiled_loop
from mbats.simulation.kernel.glance import BARS, SIDES, chosen, until_met, until_wanted

PRICES = arrays(np.float64, 20, elements=st.sampled_from([-np.inf, 0.9, 1.0, 1.1, 1.2, np.inf, np.nan]))


@compiled_loop
def met(lows, highs, row, below, above):
    return until_met(lows, highs, np.uint64(row), below, above)


@compiled_loop
def wanted(sides, row):
    return until_wanted(sides, np.uint64(row))


@compiled_loop
def choice(first, one, other):
    return chosen(first, one, other)


def before_first(flags):
    return int(np.argmax(flags)) if flags.any() else len(flags)


@given(PRICES, PRICES, st.integers(0, 12), st.sampled_from([-np.inf, 1.0]), st.sampled_from([1.1, np.inf]))
def test_until_met(lows, highs, row, below, above):
    rows = slice(row, row + int(BARS))
    assert met(lows, highs, row, below, above) == before_first((lows[rows] <= below) | (highs[rows] >= above))


@given(arrays(np.int8, 30, elements=st.sampled_from([0, 0, 0, 0, 0, 0, 1, -1])), st.integers(0, 14))
def test_until_wanted(sides, row):
    assert wanted(sides, row) == before_first(sides[row : row + int(SIDES)] != 0)


@given(st.booleans(), st.floats(), st.floats())
def test_chosen(first, one, other):
    assert np.array(choice(first, one, other)).tobytes() == np.array(one if first else other).tobytes()
