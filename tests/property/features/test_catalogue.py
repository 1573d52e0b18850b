"""Every feature of the catalogue: the same bits from any start, from any state, and whatever comes later."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.views import from_bar, same_bits, until_bar, view
from mbats.features.feature_set import FeatureSet
from mbats.features.library import library
from mbats.features.state import State
from mbats.market.timeframe import Timeframe

NOWHERE = Path("/nowhere")
GIVEN = {"symbol": "GBP_USD", "name": "cpi"}
ROWS = 400


NAMES = list(library(NOWHERE))
FINITE = [name for name, definition in library(NOWHERE).items() if definition.lookback is not None]
RECURSIVE = [name for name, definition in library(NOWHERE).items() if definition.continuing]
each = pytest.mark.parametrize("name", NAMES)
FEW = settings(max_examples=2)


@st.composite
def features(draw, name):
    definition = library(NOWHERE)[name]
    chosen = {name: GIVEN[name] for name, usual in definition.defaults.items() if usual is None}
    for name, usual in definition.defaults.items():
        smallest, largest = definition.bounds.get(name, (1, 30)) if type(usual) is int else (0, 0)
        if largest and draw(st.booleans()):
            chosen[name] = draw(st.integers(smallest, min(smallest + 30, largest)))
    return definition(**chosen)


def computed(feature, seen, states=None):
    return FeatureSet([feature]).compute(seen, states)[:, 0].copy()


@pytest.mark.parametrize("name", FINITE)
@given(st.data(), st.integers(0, 5), st.sampled_from(["M15", "H1"]), st.integers(1, ROWS - 1))
@FEW
def test_a_finite_window_has_the_same_bits_from_any_start(name, data, seed, timeframe, start):
    feature = data.draw(features(name))
    whole = view(ROWS, seed, timeframe)
    first = feature.bars_needed(Timeframe(timeframe)) - 1
    expected, found = computed(feature, whole), computed(feature, from_bar(whole, start))
    assert same_bits(expected[start + first :], found[first:])


@each
@given(st.data(), st.integers(0, 5), st.integers(1, ROWS - 1))
@FEW
def test_what_comes_later_changes_nothing(name, data, seed, cut):
    feature = data.draw(features(name))
    whole = view(ROWS, seed)
    assert same_bits(computed(feature, whole)[:cut], computed(feature, until_bar(whole, cut)))


@pytest.mark.parametrize("name", RECURSIVE)
@given(st.data(), st.integers(0, 5), st.lists(st.integers(1, ROWS), min_size=1, max_size=6))
@FEW
def test_a_recursive_feature_goes_on_from_its_state_with_the_same_bits(name, data, seed, stops):
    feature = data.draw(features(name))
    whole, chosen, states, pieces, before = view(ROWS, seed), FeatureSet([feature]), None, [], 0
    for stop in sorted({*stops, ROWS}):
        values, states = chosen.advance(whole.rows(max(before - 1, 0), stop), states)
        states = {name: State.from_json(json.loads(json.dumps(it.as_json()))) for name, it in states.items()}
        pieces.append(values[min(before, 1) :, 0])
        before = stop
    assert same_bits(np.concatenate(pieces), computed(feature, whole))
    assert states == chosen.states(whole)


@each
def test_every_feature_has_values_a_sentence_and_a_unit(name):
    definition = library(NOWHERE)[name]
    feature = definition(**{key: GIVEN[key] for key, usual in definition.defaults.items() if usual is None})
    column = computed(feature, view(1_500))
    assert np.isfinite(column).sum() > 700
    assert not np.isinf(column).any()
    assert feature.description.endswith(".")
    assert feature.unit
