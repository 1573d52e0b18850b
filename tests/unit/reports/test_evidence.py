from dataclasses import replace

import pytest

from mbats.evidence.bootstrap import Interval
from mbats.evidence.deflation import Deflation
from mbats.reports.evidence import Evidence, evidence_lines, sentence
from mbats.reports.key_figures import key_figures
from mbats.reports.verdict import verdict

SWEPT = Deflation(315, 0, 0, 315, 1_000, 260, expected_maximum=1.31, probabilistic=0.99, deflated=0.41, overfitting=0.6)


def test_a_search_is_judged_in_one_sentence():
    assert sentence(SWEPT) == ("Best of 315 trials; a Sharpe of 1.3 is expected by luck alone; deflated: 0.41: no.")
    assert sentence(replace(SWEPT, deflated=0.97)).endswith("deflated: 0.97: yes.")


def test_a_run_among_others_is_not_called_the_best():
    assert sentence(replace(SWEPT, own=1, others=2)).startswith("One of 3 trials;")


def test_the_only_trial_has_nothing_to_be_deflated_by():
    alone = replace(SWEPT, own=1, expected_maximum=0.0, deflated=0.961, overfitting=None)
    assert sentence(alone) == (
        "The only trial, nothing to deflate by; probability that its Sharpe is above zero: 0.96: yes."
    )


def test_the_undefined_is_no():
    assert sentence(Deflation(12, 0, 0, 0, 0, 260)) == "Best of 12 trials; too little to judge: no."


def values(evidence):
    return {line.name: line.value for line in evidence_lines(evidence)}


def test_lines_tell_every_figure():
    shown = values(Evidence(SWEPT, resampled=Interval(-0.4, 1.9, 7.0)))
    assert shown["Deflated Sharpe ratio"] == "0.41"
    assert shown["Probabilistic Sharpe ratio"] == "0.99"
    assert shown["Trials"] == "315"
    assert shown["Sharpe ratio by luck"] == "1.31"
    assert shown["Days needed"] == "n/a"
    assert shown["Sharpe ratio, resampled"] == "[-0.40, 1.90]"
    assert shown["Probability of overfitting"] == "60 %"


def test_without_synchronous_returns_overfitting_is_not_available():
    assert values(Evidence(replace(SWEPT, overfitting=None)))["Probability of overfitting"] == "n/a"
    assert "Probability of overfitting" not in values(Evidence(replace(SWEPT, own=1)))


def test_what_was_tried_since_is_told():
    then = replace(SWEPT, own=1, others=9, deflated=0.8)
    (trials,) = [line for line in evidence_lines(Evidence(SWEPT, then)) if line.name == "Trials"]
    assert trials.meaning.endswith("10 when it ran, deflated 0.80 then")


@pytest.mark.parametrize(
    ("deflation", "said"),
    [
        (replace(SWEPT, own=1, others=0, expected_maximum=0.0), "the only one known on this data"),
        (SWEPT, "and that is not enough (deflated: 0.41)"),
        (replace(SWEPT, deflated=0.97), "and what is left is more than luck (deflated: 0.97)"),
    ],
)
def test_a_ratio_above_zero_by_itself_is_held_against_the_trials(run_of, forty_trips, deflation, said):
    performance = run_of(forty_trips, sharpe=2.0, sharpe_low=0.5, sharpe_high=3.0).performance
    assert said in verdict(performance, Evidence(deflation))


def test_the_deflated_ratio_stands_beside_the_plain_one(run_of, forty_trips):
    performance = run_of(forty_trips).performance
    labels = [figure.label for figure in key_figures(performance, Evidence(SWEPT))]
    assert labels.index("Deflated Sharpe") == labels.index("Sharpe ratio") + 1
    bare = {figure.label: figure.value for figure in key_figures(performance)}
    assert bare["Deflated Sharpe"] == "n/a"
