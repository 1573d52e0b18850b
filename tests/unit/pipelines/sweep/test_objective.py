import numpy as np
import pytest

from mbats.errors.sweep import ConstraintSyntax, UnknownFigure
from mbats.ledger.daily import FIGURES
from mbats.pipelines.sweep.cell import Cell, CellResult
from mbats.pipelines.sweep.objective import objective
from mbats.pipelines.sweep.ranking import Ranking


def result(number, error="", **figures):
    return CellResult(Cell(number, {}), figures, np.empty(0), error)


def test_more_is_better_where_it_is_better():
    assert objective("sharpe", (), FIGURES).value({"sharpe": 1.5}) == 1.5
    assert objective("max_drawdown", (), FIGURES).value({"max_drawdown": 0.2}) == -0.2
    assert {name for name in FIGURES if objective(name, (), FIGURES).minimise} == {"max_drawdown", "volatility"}


def test_an_undefined_figure_and_a_broken_constraint_have_no_value():
    goal = objective("sharpe", ["trades>=30", "max_drawdown < 0.25"], FIGURES)
    good = {"sharpe": 1.5, "trades": 30, "max_drawdown": 0.2}
    assert goal.value(good) == 1.5
    for change in ({"trades": 29}, {"max_drawdown": 0.25}, {"sharpe": None}, {"trades": None}):
        assert goal.value(good | change) is None
    assert list(map(str, goal.constraints)) == ["trades>=30", "max_drawdown<0.25"]


@pytest.mark.parametrize(
    ("text", "figures", "met"),
    [
        ("sharpe>1", {"sharpe": 1.0}, False),
        ("sharpe >= 1.0", {"sharpe": 1.0}, True),
        ("net_profit<=-1e3", {"net_profit": -1000.0}, True),
        ("net_profit<.5", {"net_profit": 0.4}, True),
    ],
)
def test_constraints_are_read_as_written(text, figures, met):
    [constraint] = objective("sharpe", [text], FIGURES).constraints
    assert constraint.met(figures) is met


@pytest.mark.parametrize(
    "text",
    [
        "trades",
        "trades>=",
        ">=3",
        "trades=>3",
        "trades==3",
        "trades>=nan",
        "trades>=1e9999",
        "__import__('os')>1",
        "a" * 200,
    ],
)
def test_what_is_no_constraint_is_refused_and_never_run(text):
    with pytest.raises(ConstraintSyntax):
        objective("sharpe", [text], FIGURES)


def test_an_unknown_figure_is_met_with_the_one_that_was_probably_meant():
    with pytest.raises(UnknownFigure, match="Did you mean sharpe"):
        objective("sharp", (), FIGURES)
    with pytest.raises(UnknownFigure, match="There are: net_profit"):
        objective("sharpe", ["beauty>3"], FIGURES)


def test_a_ranking_keeps_the_best_whatever_order_they_come_in():
    results = [result(number, sharpe=number % 17 / 3) for number in range(100)]
    orders = []
    for shuffle in range(3):
        ranking = Ranking(objective("sharpe", (), FIGURES))
        for part in np.random.default_rng(shuffle).permutation(100).reshape(10, 10):
            ranking.take(results[number] for number in part)
        orders.append([best.cell.number for best in ranking.best])
    assert orders[0] == [16, 33, 50, 67, 84, 15, 32, 49, 66, 83]
    assert orders[0] == orders[1] == orders[2]


def test_a_ranking_counts_what_it_cannot_rank():
    ranking = Ranking(objective("sharpe", ["trades>=30"], FIGURES))
    ranking.take([result(0, "RsiBracket failed"), result(1, sharpe=None, trades=40), result(2, sharpe=2.0, trades=3)])
    ranking.take([result(3, sharpe=-1.0, trades=30), result(4, "and again")])
    assert (ranking.judged, ranking.failed, ranking.unranked) == (5, 2, 2)
    assert [best.cell.number for best in ranking.best] == [3]
    assert ranking.trouble == "RsiBracket failed"
