"""Every indicator against Backtrader's own lines, bit for bit, warm-up included."""

import backtrader as bt
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mbats.features.indicators.extremes import highest, lowest
from mbats.features.indicators.moving_average import sma, smma
from mbats.features.indicators.rsi import rsi
from mbats.features.indicators.stochastic import stochastic
from mbats.features.indicators.true_range import atr, true_range
from mbats.features.indicators.zero_division import zero_division

COLUMNS = ("open", "high", "low", "close")


class ArrayFeed(bt.feed.DataBase):
    params = (("prices", None),)

    def start(self):
        super().start()
        self.row = 0

    def _load(self):
        if self.row >= len(self.p.prices["close"]):
            return False
        self.lines.datetime[0] = 700_000.0 + self.row
        for name in COLUMNS:
            getattr(self.lines, name)[0] = self.p.prices[name][self.row]
        self.row += 1
        return True


def backtrader_lines(prices, make, names):
    """Run one Backtrader indicator over `prices` and return its lines as arrays."""
    seen = {}

    class Listener(bt.Strategy):
        def __init__(self):
            self.indicator = make(self.data)

        def stop(self):
            seen.update({name: np.array(getattr(self.indicator.lines, name).array) for name in names})

    cerebro = bt.Cerebro(stdstats=False)
    cerebro.adddata(ArrayFeed(prices=prices))
    cerebro.addstrategy(Listener)
    cerebro.run()
    return [seen[name] for name in names]


def bits(column):
    return np.where(np.isnan(column), np.nan, column).view(np.int64)


def assert_same_bits(ours, theirs):
    assert len(ours) == len(theirs)
    np.testing.assert_array_equal(bits(ours), bits(theirs))


CASES = {
    "sma": (lambda p, n: [sma(p["close"], n)], lambda d, n: bt.indicators.SMA(d, period=n), ["sma"]),
    "smma": (lambda p, n: [smma(p["close"], n)], lambda d, n: bt.indicators.SMMA(d, period=n), ["smma"]),
    "highest": (
        lambda p, n: [highest(p["high"], n)],
        lambda d, n: bt.indicators.Highest(d.high, period=n),
        ["highest"],
    ),
    "lowest": (lambda p, n: [lowest(p["low"], n)], lambda d, n: bt.indicators.Lowest(d.low, period=n), ["lowest"]),
    "rsi": (lambda p, n: [rsi(p["close"], n)], lambda d, n: bt.indicators.RSI(d, period=n), ["rsi"]),
    "true range": (
        lambda p, n: [true_range(p["high"], p["low"], p["close"])],
        lambda d, n: bt.indicators.TrueRange(d),
        ["tr"],
    ),
    "atr": (
        lambda p, n: [atr(p["high"], p["low"], p["close"], n)],
        lambda d, n: bt.indicators.ATR(d, period=n),
        ["atr"],
    ),
    "stochastic": (
        lambda p, n: stochastic(p["high"], p["low"], p["close"], n, smooth_k=3, smooth_d=4),
        lambda d, n: bt.indicators.Stochastic(d, period=n, period_dfast=3, period_dslow=4),
        ["percK", "percD"],
    ),
}


def compare(case, prices, period):
    """Backtrader and we have the same bits, or both refuse to divide by zero."""
    make_ours, make_theirs, names = CASES[case]
    try:
        theirs = backtrader_lines(prices, lambda data: make_theirs(data, period), names)
    except ZeroDivisionError:
        with zero_division("raise"), pytest.raises(ZeroDivisionError):
            make_ours(prices, period)
        return
    with zero_division("raise"):
        for ours, line in zip(make_ours(prices, period), theirs, strict=True):
            assert_same_bits(ours, line)


def random_prices(rng, rows, tick):
    """A walk on a grid of `tick`, or off any grid for 0: opens inside the bar, highs and lows around it."""
    close = 1.2 + np.cumsum(rng.standard_t(3, rows)) * 4e-4
    opens = np.concatenate([[1.2], close[:-1]]) + rng.normal(0, 1e-5, rows)
    reach = np.abs(rng.normal(0, 3e-4, (2, rows)))
    high, low = np.maximum(opens, close) + reach[0], np.minimum(opens, close) - reach[1]
    prices = dict(zip(COLUMNS, (opens, high, low, close), strict=True))
    return {name: np.round(column / tick) * tick if tick else column for name, column in prices.items()}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("tick", [0.0, 1e-5, 5e-4])
@pytest.mark.parametrize("period", [2, 5, 20, 30])
def test_a_random_walk_gives_backtraders_bits(case, tick, period):
    rng = np.random.default_rng([period, int(tick * 1e5)])
    compare(case, random_prices(rng, 1500, tick), period)


@st.composite
def made_prices(draw):
    tick = draw(st.sampled_from([0.0, 1e-5, 0.01, 0.25]))
    base = draw(st.floats(0.5, 20_000))
    moves = draw(st.lists(st.floats(-0.02, 0.02), min_size=20, max_size=60))
    close = base * np.cumprod(1.0 + np.array(moves))
    reach = np.array(draw(st.lists(st.floats(0.0, 0.01), min_size=2, max_size=2))) * base
    opens = np.concatenate([[base], close[:-1]])
    high, low = np.maximum(opens, close) + reach[0], np.minimum(opens, close) - reach[1]
    prices = dict(zip(COLUMNS, (opens, high, low, close), strict=True))
    return {name: np.round(column / tick) * tick if tick else column for name, column in prices.items()}


@pytest.mark.parametrize("case", CASES)
@settings(max_examples=25, deadline=None)
@given(prices=made_prices(), period=st.integers(1, 12))
def test_any_bars_give_backtraders_bits_or_its_zero_division(case, prices, period):
    compare(case, prices, period)


@pytest.mark.parametrize("case", CASES)
def test_the_recorded_hours_give_backtraders_bits(case, shared_data):
    import pyarrow.parquet as pq

    table = pq.read_table(shared_data / "oanda_EUR_USD_H1.parquet", columns=list(COLUMNS)).slice(0, 20_000)
    prices = {name: table[name].to_numpy() for name in COLUMNS}
    compare(case, prices, {"rsi": 30, "stochastic": 20, "atr": 5}.get(case, 14))
