from dataclasses import replace
from math import sqrt

import numpy as np
import pytest

from fakes.trial_register import FakeTrialRegister
from fakes.verdict import result, run_info
from mbats.evidence.track_record import TrackRecord
from mbats.pipelines.referee import declare, judge_best, judge_sharpe, track_record, trials_of

FIGURES = {"sharpe": 1.6, "periods_per_year": 260, "days": 800, "skewness": -0.4, "kurtosis": 7.0}


@pytest.fixture
def register():
    return FakeTrialRegister()


def judged(**info):
    made = result(run_info(**info))
    return replace(made, performance=replace(made.performance, **FIGURES))


def another(number):
    return {"strategies": ({"name": "B", "code": str(number), "parameters": {}, "instruments": ["EUR_USD"]},)}


def test_the_record_of_a_run_is_per_day():
    assert track_record(FIGURES) == TrackRecord(1.6 / sqrt(260), 800, -0.4, 7.0)
    assert track_record({**FIGURES, "sharpe": None}) is None


def test_each_strategy_of_a_run_is_a_trial():
    shared = run_info(strategies=({"name": "A", "code": "1"}, {"name": "B", "code": "2"}), instruments=("X", "Y"))
    first, second = trials_of(shared)
    assert (first.strategy, second.strategy, first.instruments) == ("A", "B", ("X", "Y"))
    assert first.fingerprint != second.fingerprint


def test_a_run_adds_its_own_record_and_is_judged_by_all(register):
    for number in range(5):
        deflation = judge_sharpe(judged(**another(number)), register)
    assert (deflation.own, deflation.others, deflation.judged) == (1, 4, 5)
    assert judge_sharpe(judged(**another(0)), register).trials == 5


def test_several_strategies_share_no_record(register):
    both = judged(strategies=(*another(1)["strategies"], *another(2)["strategies"]))
    deflation = judge_sharpe(both, register)
    assert (deflation.own, deflation.judged) == (2, 0)
    assert deflation.deflated < deflation.probabilistic


def test_what_is_declared_counts_and_nothing_is_nothing(register):
    info = run_info()
    declare(register, info, 0, "ann", info.started_at)
    assert not register.prior
    declare(register, info, 30, "ann", info.started_at)
    assert register.prior[0].declared_for == info.id
    assert judge_sharpe(judged(), register).trials == 31


def test_the_best_of_a_search_is_judged_with_its_overfitting(register):
    for number in range(20):
        judge_sharpe(judged(**another(number)), register)
    info = run_info()
    tried = register.tried(info.instruments, info.start, info.end)
    returns = np.random.default_rng(0).standard_normal((400, 20))
    deflation = judge_best(track_record(FIGURES), 260, tried, 20, returns)
    assert (deflation.own, deflation.others) == (20, 0)
    assert 0.0 <= deflation.overfitting <= 1.0
    assert judge_best(track_record(FIGURES), 260, tried, 20).overfitting is None
