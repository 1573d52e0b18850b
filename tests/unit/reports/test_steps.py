"""The steps of a walk-forward in words, rows and a chart."""

from dataclasses import replace

import pytest

from fakes.sweep_cells import basis
from mbats.reports.html import page
from mbats.reports.steps import steps_chart, steps_of


def step(number, parameters, test_sharpe=1.0):
    days = [f"2020-0{number + month}-01T22:00:00+00:00" for month in range(3)]
    return {
        "step": number,
        "train": days[:2],
        "test": days[1:],
        "parameters": parameters,
        "objective": 1.5,
        "cells": 4,
        "train_sharpe": 1.5 if parameters else None,
        "test_sharpe": test_sharpe,
        "train_return": 0.1,
        "test_return": 0.05,
        "trades": 12,
    }


def told(efficiency=0.5):
    steps = [step(1, {"b": 2, "a": 1.5, "c": 3}), step(2, None, None), step(3, {"b": 4, "a": 1.5, "c": 3}, -0.2)]
    parameters = {"a": "0.5:2:0.5", "b": "2,4", "c": 3, "train": "2y"}
    walked = {"name": "S", "parameters": parameters, "steps": steps, "efficiency": efficiency}
    return basis(strategies=(walked,))


def test_each_step_shows_what_was_searched_and_chosen():
    steps = steps_of(told())
    assert steps.names == ("a", "b")
    assert [line.chosen for line in steps.lines] == ["a 1.5, b 2", "nothing: no cell could be ranked", "a 1.5, b 4"]
    assert [line.test_sharpe for line in steps.lines] == ["1.00", "n/a", "-0.20"]
    assert steps.lines[0].test == "2020-02-01 to 2020-03-01"


@pytest.mark.parametrize(
    ("efficiency", "says"),
    [
        (0.5, "Out of sample it made 50 % of the yearly return"),
        (-0.3, "Out of sample it lost, where the choices had gained in sample."),
        (None, "In sample the choices gained nothing"),
    ],
)
def test_one_sentence_tells_what_was_kept(efficiency, says):
    sentence = steps_of(told(efficiency)).sentence
    assert sentence.startswith("3 steps chose from 12 cells; 1 of 2 tests gained.")
    assert says in sentence
    assert sentence.endswith("In 1 no cell could be ranked, and nothing was opened.")


def test_the_chart_holds_each_choice_over_its_test_and_breaks_where_there_is_none():
    chart = steps_chart(told())
    first, second, *sharpes = chart["data"]
    assert second["y"] == [2, 2, None, None, 4, 4]
    assert [line["y"] for line in sharpes] == [[1.5, None, 1.5], [1.0, None, -0.2]]
    assert [trace["yaxis"] for trace in chart["data"]] == ["y", "y2", "y3", "y3"]
    assert first["x"][:2] == told().strategies[0]["steps"][0]["test"]


def test_a_page_has_the_section_for_a_walk_forward_alone(run_of, forty_trips):
    result = run_of(forty_trips)
    assert steps_of(result.info) is None
    assert "Step by step" not in page(result, {})
    walked = replace(result, info=replace(result.info, strategies=told().strategies))
    assert "Step by step" in page(walked, {})
    assert "nothing: no cell could be ranked" in page(walked, {})
