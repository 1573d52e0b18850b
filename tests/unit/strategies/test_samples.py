from dataclasses import replace

import numpy as np
import pytest
from pydantic import ValidationError

from mbats.features.indicators.true_range import atr
from mbats.features.indicators.zero_division import zero_division
from mbats.market.panel import align
from mbats.strategies.decision import decide_safely
from mbats.strategies.samples.momentum_panel import MomentumPanel
from mbats.strategies.samples.rsi_bracket import RsiBracket
from mbats.strategies.samples.rsi_stochastic_bracket import RsiStochasticBracket


def test_no_decision_before_every_indicator_has_a_value(bars):
    always = RsiBracket(rsi_period=5, rsi_low=50.0, rsi_high=50.0001, atr_period=40)
    signals = always.decide(bars)
    assert not signals.side[:40].any()
    assert signals.side[40:].any()


def test_an_indicator_that_is_never_read_still_holds_the_first_decision_back(bars):
    late = RsiBracket(rsi_period=5, rsi_low=50.0, rsi_high=50.0001, stochastic_period=90)
    first = np.flatnonzero(late.decide(bars).side)[0]
    assert first >= 90 + 3 + 3 - 3


def test_low_rsi_buys_and_high_rsi_sells(bars):
    signals = RsiBracket(rsi_period=10).decide(bars)
    rsi = signals.columns["rsi"]
    assert set(np.unique(signals.side)) == {-1, 0, 1}
    assert (rsi[signals.side == 1] < 40).all()
    assert (rsi[signals.side == -1] > 60).all()


def test_stop_and_target_are_multiples_of_the_atr_to_the_last_bit(bars):
    strategy = RsiBracket(stop_atr=1.7, target_atr=3.3)
    signals = strategy.decide(bars)
    width = atr(bars.high, bars.low, bars.close, strategy.atr_period)
    for distance, multiple in ((signals.stop_distance, 1.7), (signals.target_distance, 3.3)):
        ours, plain = (
            bars.close - distance,
            np.array([c - multiple * w for c, w in zip(bars.close, width, strict=True)]),
        )
        np.testing.assert_array_equal(ours.view(np.int64)[5:], plain.view(np.int64)[5:])


def test_the_stricter_sample_takes_a_part_of_the_trades_that_the_stochastic_agrees_with(bars):
    plain, strict = RsiBracket(rsi_period=10).decide(bars), RsiStochasticBracket(rsi_period=10).decide(bars)
    taken = strict.side != 0
    np.testing.assert_array_equal(strict.side[taken], plain.side[taken])
    assert taken.sum() < (plain.side != 0).sum()
    stochastic = strict.columns["stoch_d"]
    assert (stochastic[strict.side == 1] < 50).all()
    assert (stochastic[strict.side == -1] > 50).all()


def test_flat_bars_decide_nothing_unless_backtraders_rules_are_asked_for(bars):
    flat = np.full(len(bars), 1.2)
    quotes = replace(bars.mid, open=flat, high=flat, low=flat, close=flat)
    still = replace(bars, mid=quotes)
    assert not RsiBracket().decide(still).side.any()
    with zero_division("raise"), pytest.raises(ZeroDivisionError):
        RsiBracket().decide(still)


def test_regression_the_first_instruments_atr_does_not_size_every_instruments_stop(make_bars):
    calm, wild = make_bars("EUR_USD"), make_bars("GBP_USD")
    wide = {name: 1.0 + 10 * (getattr(wild.mid, name) - 1.0) for name in ("open", "high", "low", "close")}
    wild = replace(wild, mid=replace(wild.mid, **wide))
    strategy = RsiBracket()
    distances = [np.nanmean(decide_safely(strategy, bars).stop_distance) for bars in (calm, wild)]
    assert distances[1] == pytest.approx(10 * distances[0])


@pytest.mark.parametrize(
    "wrong", [{"rsi_period": 1}, {"rsi_low": 70.0}, {"stop_atr": 0}, {"rsi_period": "ten"}, {"x": 1}]
)
def test_parameters_out_of_bounds_are_refused(wrong):
    with pytest.raises(ValidationError):
        RsiBracket(**wrong)


def test_momentum_follows_each_instruments_own_direction(make_bars):
    up, down = make_bars("EUR_USD", rows=300), make_bars("GBP_USD", rows=300)
    drift = np.linspace(0, 0.6, 300)
    up, down = (
        replace(bars, mid=replace(bars.mid, close=bars.close + sign * drift)) for bars, sign in ((up, 1), (down, -1))
    )
    risk = MomentumPanel(lookback=50, volatility_period=20, rebalance=10).decide(align({"UP": up, "DOWN": down})).risk
    due = np.isfinite(risk).all(axis=1)
    assert np.flatnonzero(due).tolist() == list(range(50, 300, 10))
    assert (risk[due, 0] > 0.5).all()
    assert (risk[due, 1] < -0.5).all()
    assert np.nanmax(np.abs(risk)) <= 1.0


def test_momentum_skips_the_holes_of_one_instrument(make_bars):
    whole, short = make_bars("EUR_USD", rows=300), make_bars("GBP_USD", rows=100, start=150)
    risk = MomentumPanel(lookback=20, volatility_period=10, rebalance=1).decide(align({"A": whole, "B": short})).risk
    alone = MomentumPanel(lookback=20, volatility_period=10, rebalance=1).decide(align({"B": short})).risk
    present = np.isin(align({"A": whole, "B": short}).time, short.time)
    np.testing.assert_array_equal(risk[present, 1], alone[:, 0])
    assert np.isnan(risk[~present, 1]).all()
