"""Shared columns are those that everybody would have computed for himself, whatever is asked for and forgotten."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from mbats.features.indicators.extremes import highest, lowest
from mbats.features.indicators.moving_average import sma, smma
from mbats.features.indicators.presence import all_present
from mbats.features.indicators.rolling_sum import rolling_sum
from mbats.features.indicators.rsi import rsi
from mbats.features.indicators.sharing import shared_briefly, shared_columns
from mbats.features.indicators.stochastic import stochastic
from mbats.features.indicators.true_range import atr, true_range

ROWS = 60
INDICATORS = {
    "sma": sma,
    "sma by name": lambda column, n: sma(values=column, period=n),
    "smma": smma,
    "sum": rolling_sum,
    "highest": highest,
    "lowest": lowest,
    "rsi": rsi,
    "true range": lambda column, _: true_range(column + 0.1, column - 0.1, column),
    "atr": lambda column, n: atr(column, column, column, n),
    "percent k": lambda column, n: stochastic(column, column, column, n, smooth_k=n % 3 + 1).k,
    "percent d": lambda column, n: stochastic(column, column, column, n).d,
    "of another": lambda column, n: sma(rsi(column, 3), n),
    "present": lambda column, n: all_present(column, sma(column, n)),
}

requests = st.lists(
    st.tuples(st.sampled_from(sorted(INDICATORS)), st.integers(0, 5), st.integers(1, 9)), min_size=1, max_size=40
)


def read_only(column):
    column.flags.writeable = False
    return column


def columns(seed):
    """Columns of equal length that die and are made again, in views, strides and rows that share memory."""
    rng = np.random.default_rng(seed)
    close = read_only(np.round(1.1 + np.cumsum(rng.normal(0, 1e-3, 2 * ROWS)), 4))
    table = read_only(rng.normal(1.0, 0.1, (ROWS, 2)))
    return [close[:ROWS], close[1 : ROWS + 1], close[::2], close[::-1][:ROWS], table[:, 0], table[:, 1]]


@settings(max_examples=60, deadline=None)
@given(requests, st.integers(0, 9), st.sampled_from([0, 2_000, 1 << 20, None]))
def test_every_answer_is_the_one_without_sharing(asked, seed, limit):
    alone = [INDICATORS[name](columns(seed)[which], period) for name, which, period in asked]
    with shared_briefly() if limit is None else shared_columns(limit):
        together = [INDICATORS[name](columns(seed)[which], period) for name, which, period in asked]
        kept = columns(seed)
        again = [INDICATORS[name](kept[which], period) for name, which, period in asked]
    for one, other, third in zip(alone, together, again, strict=True):
        np.testing.assert_array_equal(one.view(np.int8), other.view(np.int8))
        np.testing.assert_array_equal(one.view(np.int8), third.view(np.int8))
