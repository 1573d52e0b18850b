from math import sqrt

import pytest

from mbats.evidence.deflation import GATE, deflate, variance_of
from mbats.evidence.luck import deflated_sharpe, expected_maximum
from mbats.evidence.track_record import TrackRecord, probabilistic_sharpe
from mbats.evidence.tried import Tried

RECORD = TrackRecord(0.1, 1_000, -0.5, 6.0)


def test_the_only_trial_is_judged_by_itself():
    alone = deflate(RECORD, Tried(1, 1), 260)
    assert alone.deflated == alone.probabilistic == probabilistic_sharpe(RECORD)
    assert (alone.trials, alone.expected_maximum, alone.assumed) == (1, 0.0, False)


def test_all_trials_count_whosever_they_are():
    judged = deflate(RECORD, Tried(50, 50, variance=0.8, prior=30), 260, own=12)
    assert (judged.own, judged.others, judged.prior, judged.trials) == (12, 38, 30, 80)
    variance = (50 * 0.8 + 30) / 80 / 1_000
    assert judged.deflated == pytest.approx(deflated_sharpe(RECORD, 80, variance))
    assert judged.expected_maximum == pytest.approx(expected_maximum(80, variance) * sqrt(260))


def test_with_all_records_of_one_length_the_variance_is_plainly_theirs():
    ratios = [0.05, 0.01, -0.02]
    mean = sum(ratios) / 3
    plain = sum((ratio - mean) ** 2 for ratio in ratios) / 2
    tried = Tried(3, 3, variance=plain * 1_000)
    assert variance_of(tried, 1_000) == pytest.approx(plain)


@pytest.mark.parametrize("tried", [Tried(40, 1), Tried(40), Tried(0, prior=40)])
def test_without_records_luck_alone_gives_the_variance(tried):
    judged = deflate(RECORD, tried, 260)
    assert judged.deflated == pytest.approx(deflated_sharpe(RECORD, judged.trials, 1 / 1_000))
    assert judged.assumed


def test_two_records_alike_do_not_hide_many_trials_without():
    few = deflate(RECORD, Tried(2, 2, variance=1e-6, prior=1_000), 260)
    assert few.expected_maximum > 0.99 * expected_maximum(1_002, 1 / 1_000) * sqrt(260)


def test_the_gate_is_at_five_percent():
    assert deflate(TrackRecord(0.06, 1_000), Tried(1, 1), 260).passes
    assert not deflate(TrackRecord(0.05, 1_000), Tried(1, 1), 260).passes
    assert GATE == 0.95


def test_an_undefined_ratio_leaves_all_but_the_count_undefined():
    nothing = deflate(None, Tried(7, 7, 0.5), 260)
    assert nothing.trials == 7
    assert (nothing.deflated, nothing.probabilistic, nothing.expected_maximum, nothing.passes) == (None,) * 3 + (False,)


def test_a_run_that_is_not_in_the_register_is_a_trial_all_the_same():
    assert deflate(RECORD, Tried(0), 260).trials == 1
