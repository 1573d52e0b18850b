"""A decision on the first bars alone is the beginning of the decision on all, bit for bit, whatever the parameters."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.market import hourly
from mbats.market.panel import align
from mbats.strategies.causality import outputs
from mbats.strategies.decision import decide_safely
from mbats.strategies.samples.momentum_panel import MomentumPanel
from mbats.strategies.samples.rsi_bracket import RsiBracket
from mbats.strategies.samples.rsi_stochastic_bracket import RsiStochasticBracket

moves = st.lists(st.sampled_from([-2e-3, -1e-4, 0.0, 1e-4, 1e-3]) | st.floats(-0.01, 0.01), min_size=2, max_size=120)


def same(whole, part):
    for name, column in part.items():
        np.testing.assert_array_equal(whole[name][: len(column)], column)
        if column.dtype.kind == "f":
            there = ~np.isnan(column)
            assert (whole[name][: len(column)].view(np.int64)[there] == column.view(np.int64)[there]).all()


@settings(max_examples=60)
@given(
    moves,
    st.sampled_from([RsiBracket, RsiStochasticBracket]),
    st.tuples(*(st.integers(2, 12),) * 3),
    st.integers(1, 120),
)
def test_signals(steps, strategy, periods, length):
    bars = hourly("EUR_USD", 1.2 * np.cumprod(1.0 + np.array(steps)))
    chosen = strategy(rsi_period=periods[0], stochastic_period=periods[1], atr_period=periods[2])
    part = bars.rows(0, min(length, len(bars)))
    same(outputs(decide_safely(chosen, bars), bars), outputs(decide_safely(chosen, part), part))


@settings(max_examples=60)
@given(moves, moves, st.integers(2, 8), st.integers(0, 30), st.integers(31, 120))
def test_targets(one, other, period, delay, length):
    start = int(hourly("EUR_USD", [1.0] * 31).time[delay])
    market = {
        "EUR_USD": hourly("EUR_USD", 1.2 * np.cumprod(1.0 + np.array(one))),
        "USD_JPY": hourly("USD_JPY", 110.0 * np.cumprod(1.0 + np.array(other)), start=start),
    }
    strategy = MomentumPanel(lookback=period, volatility_period=period + 1, rebalance=3)
    whole = align(market)
    cut = int(whole.time[min(length, len(whole)) - 1]) + 1
    part = align({symbol: bars.between(0, cut) for symbol, bars in market.items()})
    same(outputs(decide_safely(strategy, whole), whole), outputs(decide_safely(strategy, part), part))
