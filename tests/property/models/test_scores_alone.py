"""A row's score has the same bits alone, among others, and at any place among them: live scores one, a backtest all."""

from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbats.adapters.cloudpickle.codec import PickleCodec
from mbats.adapters.lightgbm.estimator import LightGBM
from mbats.adapters.skops.codec import SkopsCodec
from mbats.models.estimators.discovery import Estimators

ESTIMATORS = Estimators(SkopsCodec(), PickleCodec(), Path("none"), {"lightgbm": LightGBM})
QUICK = {"lightgbm": {"rounds": 15}, "random-forest": {"n_estimators": 5}, "hist-gradient-boosting": {"max_iter": 8}}
CASES = [
    ("class", "logistic"),
    ("class", "lightgbm"),
    ("class", "hist-gradient-boosting"),
    ("number", "ridge"),
    ("number", "elastic-net"),
    ("number", "random-forest"),
    ("number", "lightgbm"),
]
RNG = np.random.default_rng(5)
ROWS = RNG.normal(size=(700, 23))


@lru_cache
def fitted(kind, name):
    noisy = ROWS[:, 0] + RNG.normal(size=len(ROWS))
    label = np.where(noisy > 0, 1.0, -1.0) if kind == "class" else noisy
    how = ESTIMATORS.find(name, QUICK.get(name, {}), kind)
    return how.fit(ROWS, label, np.ones(len(ROWS)), [f"c{k}" for k in range(23)], 3)


@pytest.mark.parametrize(("kind", "name"), CASES)
@given(first=st.integers(0, 699), count=st.integers(1, 130))
def test_in_any_company(kind, name, first, count):
    model = fitted(kind, name)
    whole = model.score(np.asfortranarray(ROWS))
    np.testing.assert_array_equal(model.score(ROWS[first : first + count]), whole[first : first + count])
