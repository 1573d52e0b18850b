"""The sweep's page: escaped, offline, of every shape; and what it says of the best cell's neighbours."""

import gzip
import json
import re
from base64 import b64decode
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fakes.sweep_cells import basis, cells, listed, peak, plateau
from mbats.errors.report import NotInSweep, ReportNotWritten
from mbats.market.reference.notice import NOTICE
from mbats.reports.neighbourhood import neighbourhood
from mbats.reports.sweep_axes import axes
from mbats.reports.sweep_charts import MOST_LINES, distribution_chart, parallel_chart
from mbats.reports.sweep_figure import heat_map
from mbats.reports.sweep_html import sweep_page, write_sweep_report

PERIODS, STOPS = list(range(10, 45, 5)), [0.5, 1, 1.5, 2]
HILL = cells({"rsi_period": PERIODS, "stop_atr": STOPS}, plateau)
SPIKE = cells({"rsi_period": PERIODS, "stop_atr": STOPS}, peak)
HOSTILE = "</script><script>alert(1)</script>"


def content(page):
    packed = re.search(r'id="content">([^<]*)<', page)[1]
    return json.loads(gzip.decompress(b64decode(packed)))


def test_a_plateau_is_told_from_a_lonely_peak():
    around, alone = neighbourhood(HILL), neighbourhood(SPIKE)
    assert (around.cells, around.lonely, around.positive) == (8, False, 1.0)
    assert around.mean == pytest.approx(np.mean([plateau(x, y) for x in (15, 20, 25) for y in (0.5, 1, 1.5)][:4]
        + [plateau(x, y) for x in (15, 20, 25) for y in (0.5, 1, 1.5)][5:]))  # fmt: skip
    assert (alone.lonely, alone.positive) == (True, 0.0)
    assert "8 neighbours show -0.10 on average and -0.15 at worst; 0 % of them stay above zero" in alone.sentence
    assert "lonely peak, as chance makes them" in alone.sentence


def test_a_corner_has_fewer_neighbours():
    assert neighbourhood(cells({"a": [20, 30, 40], "b": [1, 2]}, plateau)).cells == 3


def test_neighbours_that_are_not_ranked_count_as_the_worst():
    holed = cells({"a": [10, 20, 30, 40]}, lambda a: np.nan if a == 10 else plateau(a, 1))
    around = neighbourhood(holed)
    assert (around.cells, around.worst) == (2, pytest.approx(plateau(40, 1)))


def test_where_less_is_better_neighbours_are_compared_the_other_way_round():
    around = neighbourhood(cells({"a": PERIODS, "b": STOPS}, plateau, objective="max_drawdown"))
    assert around.best < around.mean < around.worst
    assert (around.positive, around.lonely) == (None, False)


def test_drawn_cells_have_their_nearest_neighbours():
    rng = np.random.default_rng(1)
    points = [(float(x), float(y)) for x, y in zip(rng.uniform(1, 40, 300), rng.uniform(0, 3, 300), strict=True)]
    drawn = listed(["a", "b"], points, plateau)
    assert neighbourhood(drawn).cells == 8
    assert not neighbourhood(drawn).lonely
    assert [len(axis.labels) for axis in axes(drawn)] == [20, 20]


@pytest.mark.parametrize("shape", [{"a": [20]}, {"a": [20, 30]}])
def test_all_losing_or_alone_there_is_no_plateau_to_speak_of(shape):
    losing = cells(shape, lambda a: -1.0 - a / 100)
    around = neighbourhood(losing)
    assert around is None or "The best cell itself gains nothing" in around.sentence


@pytest.mark.parametrize(
    "sweep",
    [
        HILL,
        SPIKE,
        cells({"a": PERIODS}, lambda a: plateau(a, 1)),
        cells({"a": [1]}, lambda _: 1.0),
        cells({"a": [20, 30], "b": [1], "c": [0, 1], "d": ["slow", "fast"], "e": [True, False]},
              lambda a, b, c, d, e: plateau(a, b, c)),
        cells({"a": PERIODS}, lambda _: np.nan),
        replace(HILL, deflation=None, sentence="", run=""),
    ],
)  # fmt: skip
def test_a_page_of_every_shape_is_whole_and_loads_nothing(sweep):
    page = sweep_page(sweep)
    assert NOTICE in page
    assert "default-src 'none'" in page
    assert not re.search(r"(src|href)=\"(?!data:)", page)
    carried = content(page)
    assert len(carried["heat"]["score"]) == len(sweep)
    assert set(carried["charts"]) == {"parallel-chart", "distribution-chart"}


def test_the_page_tells_the_verdict_the_neighbours_and_where_it_comes_from():
    page = sweep_page(replace(SPIKE, failed=2))
    for said in (SPIKE.sentence, "lonely peak", "2 failed", "trades&gt;=30", SPIKE.run, "Sharpe ratio by luck"):
        assert said in page


def test_without_a_ranked_cell_the_page_says_why_there_is_no_best_one():
    nothing = replace(HILL, score=np.full(len(HILL), np.nan), constraints=("trades>=30",), sentence="", deflation=None)
    assert "No cell has a Sharpe that is defined and keeps within trades" in sweep_page(nothing)


def test_hostile_names_and_values_are_escaped():
    page = sweep_page(cells({HOSTILE: ["<b>", "x"], "b": [1, 2]}, lambda *_: 1.0, name=HOSTILE))
    assert HOSTILE not in page
    assert "&lt;/script&gt;" in page


def test_ten_thousand_cells_of_five_axes_stay_a_few_megabytes():
    large = cells(
        {"a": range(10), "b": range(10), "c": range(10), "d": range(5), "e": [0, 1]}, lambda *v: plateau(*v) + v[0] / 7
    )
    page = sweep_page(large)
    assert len(large) == 10_000
    assert len(page) < 4_000_000
    drawn = parallel_chart(large)["data"]
    assert sum(line["x"].count(None) for line in drawn) == MOST_LINES


def test_many_whole_numbers_are_shown_in_whole_intervals():
    [axis, _] = axes(cells({"period": range(5, 61), "b": [1, 2]}, plateau))
    assert axis.labels[:2] == ("5 to 7", "8 to 10")
    assert axis.labels[-1] == "59 to 60"
    assert [axis.labels[code] for code in axis.code[[0, 5, 6, -1]]] == ["5 to 7", "5 to 7", "8 to 10", "59 to 60"]


def test_the_level_of_luck_is_marked_beside_the_best_cell():
    chart = distribution_chart(HILL)["layout"]
    assert [mark["text"] for mark in chart["annotations"]] == ["best cell 1.20", "by luck alone 1.31"]
    assert sum(distribution_chart(HILL)["data"][0]["y"]) == len(HILL)


def test_a_notebook_draws_the_same_map_and_refuses_what_was_not_searched():
    figure = heat_map(cells({"a": [10, 20], "b": [1, 2], "c": [0, 1]}, plateau), "a", "b", "sharpe")
    assert figure.data[0].z.tolist() == [[plateau(10, 1), plateau(20, 1)], [plateau(10, 2), plateau(20, 2)]]
    assert NOTICE in figure.layout.title.text
    with pytest.raises(NotInSweep, match=r"no searched parameter 'z'\. There are: rsi_period, stop_atr"):
        heat_map(HILL, "rsi_period", "z", "sharpe")
    with pytest.raises(NotInSweep, match="no figure 'alpha'"):
        heat_map(HILL, "rsi_period", "stop_atr", "alpha")


def test_a_real_market_bears_no_notice_and_a_full_disk_leaves_nothing():
    real = replace(HILL, basis=basis(synthetic=False))
    assert NOTICE not in sweep_page(real)
    with pytest.raises(ReportNotWritten, match="No space left"):
        write_sweep_report(real, Path("/dev/full"))
