from dataclasses import fields, replace

import pytest

from mbats.errors.promotion import InvalidBound
from mbats.models.gates.bounds import Bounds
from mbats.models.gates.figures import Figures
from mbats.models.gates.gates import gates, passes

GOOD = Figures(
    leaks=0,
    trades=120,
    drawdown=0.05,
    turnover=300.0,
    sharpe=1.4,
    deflated=0.97,
    ic=0.05,
    ic_low=0.01,
    ic_high=0.09,
    probabilities=True,
    calibration=0.02,
    challenged=True,
    lead=0.0003,
    lead_low=0.0001,
    lead_high=0.0005,
)
SPOILT = {
    "leaks": ("leaks", 1),
    "trades": ("trades", 29),
    "ic_low": ("ic_low", 0.0),
    "ic": ("ic", 0.009),
    "calibration": ("calibration", 0.051),
    "deflated": ("deflated", 0.949),
    "drawdown": ("drawdown", 0.21),
    "turnover": ("turnover", 1_001.0),
    "lead": ("lead_low", 0.0),
}


def test_what_meets_every_bound_passes_and_every_gate_says_so():
    judged = gates(GOOD, Bounds())
    assert passes(judged)
    assert [gate.name for gate in judged] == list(SPOILT)
    assert all(gate.sentence.endswith("is asked: passed.") for gate in judged)


@pytest.mark.parametrize("name", SPOILT)
@pytest.mark.parametrize("unknown", [False, True])
def test_one_figure_that_falls_short_or_is_unknown_fails_its_gate_alone(name, unknown):
    figure, value = SPOILT[name]
    judged = gates(replace(GOOD, **{figure: None if unknown else value}), Bounds())
    assert [gate.name for gate in judged if not gate.passed] == [name]
    assert not passes(judged)


def test_not_a_number_is_unknown():
    [gate] = [gate for gate in gates(replace(GOOD, deflated=float("nan")), Bounds()) if gate.name == "deflated"]
    assert (gate.figure, gate.passed) == (None, False)
    assert "unknown" in gate.sentence


def test_only_probabilities_are_calibrated_and_only_a_champion_can_be_beaten():
    judged = gates(replace(GOOD, probabilities=False, challenged=False, calibration=None, lead_low=None), Bounds())
    assert passes(judged)
    assert not {"calibration", "lead"} & {gate.name for gate in judged}


def test_what_is_not_asked_is_left_out_and_nothing_asked_is_nothing_passed():
    assert "turnover" not in {gate.name for gate in gates(GOOD, Bounds().changed(["turnover=off"]))}
    nothing = Bounds(**dict.fromkeys([field.name for field in fields(Bounds)]))
    assert not passes(gates(GOOD, nothing))


def test_bounds_are_read_from_texts():
    assert Bounds().changed(["trades=50", "lead=off"]) == Bounds(trades=50.0, lead=None)
    for text in ("trades", "trades=many", "luck=1"):
        with pytest.raises(InvalidBound, match="trades"):
            Bounds().changed([text])
