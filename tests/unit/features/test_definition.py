import numpy as np
import pytest

from fakes.views import view
from mbats.errors.feature import FeatureMisdefined, InvalidFeatureParameter, UnknownFeatureParameter
from mbats.features.catalogue.momentum import rsi
from mbats.features.catalogue.returns import log_return
from mbats.features.catalogue.volatility import atr_share
from mbats.features.definition import feature
from mbats.features.feature_set import FeatureSet
from mbats.features.indicators.rsi import rsi as indicator
from mbats.features.indicators.true_range import atr
from mbats.market.timeframe import Timeframe


@feature(lookback=lambda period: period, unit="share", period=(2, 50), factor=(0.5, 2.0), side=("bid", "ask"))
def sample(view, symbol, period: int = 5, factor: float = 1.0, side: str = "bid"):
    """Something to look at."""
    return np.full(len(view.bars), factor * period)


def test_parameters_take_the_types_of_their_defaults():
    made = sample(symbol="EUR_USD", period="7", factor="1.5")
    assert made.parameters == {"symbol": "EUR_USD", "period": 7, "factor": 1.5, "side": "bid"}
    assert made.column == "sample_EUR_USD_7_1.5_bid"
    assert made.lookback == 7
    assert made.description == "Something to look at."
    assert sample(symbol="EUR_USD", factor=1).parameters["factor"] == 1.0


@pytest.mark.parametrize(
    ("wrong", "due"),
    [
        ({"period": 1}, "a whole number from 2 to 50"),
        ({"period": "x"}, "a whole number"),
        ({"period": 5.0}, "a whole number"),
        ({"period": True}, "a whole number"),
        ({"factor": "nan"}, "a number from 0.5 to 2.0"),
        ({"side": "mid"}, "one of bid, ask"),
        ({"symbol": ""}, "given"),
    ],
)
def test_what_a_parameter_cannot_be_is_said(wrong, due):
    with pytest.raises(InvalidFeatureParameter, match=due):
        sample(**{"symbol": "EUR_USD"} | wrong)


def test_a_text_without_default_has_to_be_given():
    with pytest.raises(InvalidFeatureParameter, match="symbol is None, and has to be given"):
        sample()


def test_an_unknown_parameter_is_refused_with_the_known_ones():
    with pytest.raises(UnknownFeatureParameter, match=r"no parameter 'perod'\.\n\nIt has period"):
        log_return(perod=3)


def test_a_default_is_a_number_or_a_text():
    with pytest.raises(FeatureMisdefined, match="the default of periods is"):
        feature(lookback=1)(lambda view, periods=(1, 2): view)


def test_features_of_wilder_are_the_indicators_of_strategies_bit_for_bit():
    bars = view(300).bars
    values = FeatureSet([rsi(period=9), atr_share(period=7)]).compute(view(300))
    np.testing.assert_array_equal(values[:, 0], indicator(bars.close, 9))
    np.testing.assert_array_equal(values[:, 1], atr(bars.high, bars.low, bars.close, 7) / bars.close)


def test_how_far_a_feature_reaches_back_depends_on_the_timeframe():
    far = sample(symbol="x").__class__("far", lambda view: view, lookback=3, reach=3_600_000_000_000)
    assert far.bars_needed(Timeframe("M15")) == 7
    assert far.bars_needed(Timeframe("H4")) == 4
    assert rsi().bars_needed(Timeframe("H1")) is None
