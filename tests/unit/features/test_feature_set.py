from pathlib import Path

import numpy as np
import pytest

from fakes.views import view
from mbats.errors.feature import (
    FeatureBroken,
    FeatureChanged,
    FeatureDataMissing,
    FeatureHistoryMissing,
    FeatureStateMissing,
    FeatureTwice,
    FeatureWithoutState,
    MalformedFeature,
)
from mbats.features.definition import feature
from mbats.features.discovery import feature_set
from mbats.features.feature_set import FeatureSet
from mbats.features.library import library
from mbats.features.sets import SETS
from mbats.features.view import View

NOWHERE = Path("/nowhere")


@feature(lookback=1)
def infinite(view):
    return 1.0 / np.zeros(len(view.bars))


@feature(lookback=1)
def broken(view):
    return view.bars.closing


@feature(lookback=1)
def short(view):
    return view.bars.close[1:]


@feature(lookback=1)
def greedy(view):
    view.bars.close[0] = 0.0
    return view.bars.close


def test_one_row_a_bar_one_column_a_feature():
    chosen = feature_set(["log_return:3", "sma_distance:period=10"], NOWHERE)
    assert chosen.columns == ("log_return_3", "sma_distance_10")
    values = chosen.compute(view(60))
    assert values.shape == (60, 2)
    assert np.isnan(values).sum(axis=0).tolist() == [3, 9]
    close = view(60).bars.close
    np.testing.assert_allclose(values[9, 0], np.log(close[9] / close[6]), rtol=1e-9)
    np.testing.assert_allclose(values[9, 1], close[9] / close[:10].mean() - 1.0, rtol=1e-9)


@pytest.mark.parametrize("name", list(SETS))
def test_named_sets_can_be_computed_and_are_found_again(name):
    chosen = feature_set([name], NOWHERE)
    assert np.isfinite(chosen.compute(view(400))[-1]).all()
    assert FeatureSet.from_spec(chosen.spec, NOWHERE).fingerprint == chosen.fingerprint
    assert not chosen.research


def test_what_is_named_twice_is_there_once_unless_it_is_handed_in():
    assert feature_set(["sample", "rsi:30"], NOWHERE).columns == feature_set(["sample"], NOWHERE).columns
    with pytest.raises(FeatureTwice, match="log_return_1"):
        FeatureSet([library(NOWHERE)["log_return"]()] * 2)


def test_the_fingerprint_tells_parameters_and_order():
    prints = {
        feature_set(texts, NOWHERE).fingerprint for texts in (["rsi"], ["rsi:15"], ["rsi", "gap"], ["gap", "rsi"])
    }
    assert len(prints) == 4


def test_other_code_than_was_recorded_is_refused():
    spec = feature_set(["gap"], NOWHERE).spec
    with pytest.raises(FeatureChanged, match="gap is made by other code"):
        FeatureSet.from_spec([spec[0] | {"code": "0" * 64}], NOWHERE)


def test_what_is_infinite_is_no_value():
    assert np.isnan(FeatureSet([infinite()]).compute(view(5))).all()


def test_a_feature_that_raises_is_named_with_its_line():
    with pytest.raises(
        FeatureBroken, match=rf"test_feature_set.py:{broken.function.__code__.co_firstlineno + 2}: .*closing"
    ):
        FeatureSet([broken()]).compute(view(5))
    with pytest.raises(MalformedFeature, match=r"shape \(5,\)"):
        FeatureSet([short()]).compute(view(5))
    with pytest.raises(FeatureBroken, match="read-only"):
        FeatureSet([greedy()]).compute(view(5))


def test_what_a_feature_reads_has_to_be_handed_in():
    chosen = feature_set(["relative_strength:GBP_USD", "series_value:cpi"], NOWHERE)
    assert chosen.reads == ("GBP_USD", "series:cpi")
    with pytest.raises(FeatureDataMissing, match="reads GBP_USD"):
        chosen.compute(View(view(5).bars))


def test_states_have_to_fit_the_history():
    chosen, whole = feature_set(["rsi:5", "gap"], NOWHERE), view(60)
    states = chosen.states(whole.rows(0, 20))
    assert list(states) == list(chosen.continuing) == ["rsi_5"]
    with pytest.raises(FeatureHistoryMissing, match="goes on from the bar that opened at 2024-"):
        chosen.compute(whole.rows(20, 60), states)
    with pytest.raises(FeatureStateMissing, match="rsi_5"):
        chosen.compute(whole, {})
    values = chosen.compute(whole.rows(15, 60), states)
    assert np.isnan(values[:5, 0]).all()
    np.testing.assert_array_equal(values[5:], chosen.compute(whole)[20:])


def test_what_has_no_state_is_for_research():
    chosen, whole = feature_set(["talib:EMA,5"], NOWHERE), view(60)
    assert chosen.research == ("talib_EMA_5_0",)
    assert np.isfinite(chosen.compute(whole)[-1]).all()
    with pytest.raises(FeatureWithoutState, match="it is for research"):
        chosen.compute(whole, {})


def test_no_bars_no_rows():
    chosen = feature_set(
        [
            name
            for name in library(NOWHERE)
            if library(NOWHERE)[name].defaults.keys().isdisjoint({"symbol", "name", "function"})
        ],
        NOWHERE,
    )
    assert chosen.compute(view(5).rows(0, 0)).shape == (0, len(chosen.columns))
    assert chosen.states(view(5).rows(0, 0)) == {}
