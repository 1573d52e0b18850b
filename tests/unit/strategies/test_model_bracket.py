import pickle

import numpy as np
import pytest

from fakes.market import hourly
from mbats.errors.scoring import ModelUnbound
from mbats.features.indicators.true_range import atr
from mbats.models.scoring.given import GivenScores
from mbats.strategies.decision import decide_safely
from mbats.strategies.model_bracket import ModelBracket
from mbats.strategies.model_signal import ModelSignal, beside
from mbats.strategies.samples.rsi_bracket import RsiBracket
from mbats.strategies.signal import Signals

BARS = hourly("EUR_USD", 1.1 + 0.01 * np.sin(np.arange(60)))
SCORES = np.r_[np.full(20, 0.9), 0.6, 0.61, np.nan, 0.4, 0.39, 0.5, np.full(34, 0.5)]


def bound(scores=SCORES, kind="class", **parameters):
    given = GivenScores({"EUR_USD": (BARS.time, np.asarray(scores))}, kind)
    return ModelBracket(**parameters).bound_to(given)


def test_a_classifier_is_followed_where_it_is_sure_enough():
    signals = decide_safely(bound(threshold=0.1, atr_period=20), BARS)
    np.testing.assert_array_equal(signals.side[20:26], [0, 1, 0, 0, -1, 0])  # 0.6 - 0.5 is 0.1 and not more
    assert not signals.side[:20].any()  # no ATR yet


def test_a_regressor_is_followed_beyond_its_threshold_of_zero():
    scores = np.r_[np.zeros(20), 2e-4, -2e-4, 0.5e-4, np.zeros(37)]
    signals = decide_safely(bound(scores, "number", threshold=1e-4), BARS)
    np.testing.assert_array_equal(np.flatnonzero(signals.side), [20, 21])
    np.testing.assert_array_equal(signals.side[20:22], [1, -1])


def test_the_bracket_is_so_many_atr_wide_and_the_score_is_shown():
    signals = decide_safely(bound(stop_atr=1.5, target_atr=3.0, max_bars=7), BARS)
    width = atr(BARS.high, BARS.low, BARS.close, 14)
    np.testing.assert_array_equal(signals.stop_distance, 1.5 * width)
    np.testing.assert_array_equal(signals.target_distance, 3.0 * width)
    np.testing.assert_array_equal(signals.columns["score"], SCORES)
    assert signals.max_bars == 7


def test_without_a_model_it_says_so():
    with pytest.raises(ModelUnbound, match="ModelBracket has no model"):
        ModelBracket(model="trend").scorer  # noqa: B018 - the property raises


def test_binding_changes_a_copy_that_travels_to_other_processes():
    plain = ModelBracket(threshold=0.2)
    strategy = plain.bound_to(GivenScores({}))
    assert plain._scorer is None
    again = pickle.loads(pickle.dumps(strategy))
    assert (again.parameters, again.scorer) == (strategy.parameters, GivenScores({}))


class Reading(ModelSignal):
    def act(self, bars, score):
        return Signals(side=np.zeros(len(bars), np.int8))


class CountsOthers:
    kind, reference, id, columns, reads = "number", "counts", "", (), ("USD_JPY",)

    def score(self, view):
        return np.full(len(view.bars), float(len(view.others["USD_JPY"])))


def test_what_the_model_reads_of_others_is_laid_beside():
    others = {"USD_JPY": BARS.rows(0, 5)}
    strategy = beside(Reading().bound_to(CountsOthers()), others.__getitem__)
    assert decide_safely(strategy, BARS).columns["score"][0] == 5.0
    assert beside(RsiBracket(), others.__getitem__) == RsiBracket()
