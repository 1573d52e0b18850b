"""Every dashboard in a real browser: no error, and every chart drawn with data and its freshness."""

from __future__ import annotations

from pathlib import Path

import pytest

from acceptance import dashboards
from acceptance.furniture import furnish
from fixtures.browser import opened
from mbats.stack.dashboards.catalogue import DASHBOARDS
from mbats.stack.dashboards.dashboard import Kind

PICTURES = Path("build") / "pictures"
FIRST_TRIES = 2
"""Superset's first visit after an import has once in seven been without a chart for minutes: one retry."""
COMPLAINTS = (
    "No results were returned",
    "No data",
    "Unexpected error",
    "Data error",
    "Database error",
    "An error occurred",
    "Timeout error",
    "There was an issue",
)


@pytest.fixture(scope="module")
def page(tmp_path_factory, stack):
    for one in opened(tmp_path_factory.mktemp("profile")):
        dashboards.enter(one, stack.address("superset"), *stack.login("superset"))
        yield one


@pytest.fixture(scope="module")
def furnished(stack, superset, traded, tmp_path_factory):
    """A stack with something behind every chart: a session that trades, and what stands beside it."""
    assert traded
    folder = tmp_path_factory.mktemp("files")
    furnish(stack, superset, folder)


@pytest.fixture(scope="module", params=DASHBOARDS, ids=lambda board: board.slug)
def board(request):
    return request.param


@pytest.fixture(scope="module")
def tiles(page, stack, furnished, board):
    count = 2 * len(board.charts)
    for left in range(FIRST_TRIES - 1, -1, -1):
        try:
            found = dashboards.look(page, stack.address("superset"), board.slug, count)
        except AssertionError:
            if not left:
                raise
        else:
            break
    PICTURES.mkdir(parents=True, exist_ok=True)
    (PICTURES / f"{board.slug}.webp").write_bytes(page.picture(dashboards.bottom(page)))
    return found


def test_every_chart_is_drawn_with_data_and_without_a_complaint(board, tiles):
    drawn = {tile["name"]: tile for tile in tiles}
    for chart in board.charts:
        tile = drawn[chart.name]
        assert not [words for words in COMPLAINTS if words in tile["text"]], tile
        assert tile["rows"] if chart.kind is Kind.TABLE else tile["inked"], tile


def test_every_tile_says_how_fresh_its_data_is(board, tiles):
    lines = [tile for tile in tiles if tile["kind"] == Kind.FIGURE]
    assert len(lines) == len(board.charts)
    assert all(line["newest"].endswith(" UTC") for line in lines), lines
    assert all("Last queried at" in tile["asked"] for tile in tiles)


def test_every_chart_has_data_behind_it(board, furnished, superset):
    for chart in board.charts:
        assert superset.drawn(chart), chart.name
