"""The sweep's page as a reader opens it: from a file, without a network, in a real browser."""

import pytest

from fakes.sweep_cells import cells, listed, peak, plateau
from mbats.reports.sweep_html import write_sweep_report

HOSTILE = "<script>document.title = 'taken'</script>"
UNDRAWN = "[...document.querySelectorAll('.chart')].filter(c => !c.querySelector('.main-svg')).map(c => c.id)"
HEAT = "document.getElementById('heat-chart').data[0]"
SELECTS = "[...document.querySelectorAll('#heat-controls select')].map(s => s.getAttribute('aria-label'))"
SHAPES = {
    "one": cells({"rsi_period": range(5, 60, 5)}, lambda x: plateau(x, 1)),
    "two": cells({"rsi_period": [10, 20, 30], "stop_atr": [0.5, 1, 1.5]}, peak),
    "five": cells(
        {"rsi_period": range(10, 40, 5), "stop_atr": [1, 2], "c": [0, 1], "d": [HOSTILE, "fast"], "e": [True, False]},
        lambda x, y, c, d, e: plateau(x, y, c, 0.5 * (d == "fast"), 0.1 * e),
        name=HOSTILE,
    ),
    "random": listed(["a", "b"], [(x * 1.37, x % 17 / 7) for x in range(200)], plateau),
    "lost": cells({"a": [1, 2], "b": [1, 2]}, lambda *_: float("nan")),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sweeps")
    for name, sweep in SHAPES.items():
        write_sweep_report(sweep, folder / f"{name}.html")
    return folder


def select(opened, label, value):
    opened.ask(
        f"""(() => {{
            const select = document.querySelector('#heat-controls select[aria-label="{label}"]');
            select.value = '{value}';
            select.dispatchEvent(new Event('change'));
        }})()"""
    )


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("dark", [False, True])
def test_a_page_of_every_shape_draws_without_an_error_or_a_request(page, folder, shape, dark):
    path = folder / f"{shape}.html"
    opened = page.open(path, dark=dark)
    assert opened.ask("document.documentElement.dataset.drawn") == "yes"
    assert opened.ask(UNDRAWN) == []
    assert opened.errors == []
    assert [address for address in opened.requests if not address.startswith(("data:", "blob:"))] == [path.as_uri()]


def test_hostile_names_and_values_are_shown_and_not_run(page, folder):
    opened = page.open(folder / "five.html")
    assert opened.ask("document.querySelector('h1').textContent") == HOSTILE
    select(opened, "up", "3")
    opened.until(f"{HEAT}.y.length === 2 && {HEAT}.y.includes('fast')")
    assert opened.ask("document.title") != "taken"
    assert opened.errors == []


def test_axes_figure_and_slices_are_chosen_in_the_page(page, folder):
    opened = page.open(folder / "five.html")
    assert opened.ask(SELECTS) == ["across", "up", "figure", "c", "d", "e"]
    best = opened.ask(f"{HEAT}.z[0][2]")
    assert best == pytest.approx(plateau(20, 1))
    select(opened, "c", "1")
    opened.until(f"Math.abs({HEAT}.z[0][2] - {plateau(20, 1, 1)}) < 1e-4")
    select(opened, "figure", "trades")
    opened.until(f"{HEAT}.z[0][2] === 120")
    select(opened, "across", "1")
    opened.until(f"{HEAT}.x.length === 2 && {HEAT}.y.length === 6")


def test_one_parameter_is_a_line_and_its_best_needs_no_circle(page, folder):
    opened = page.open(folder / "one.html")
    assert opened.ask(f"[{HEAT}.type, {HEAT}.x.length]") == ["scatter", 11]


def test_a_narrow_page_does_not_scroll_sideways(page, folder):
    opened = page.open(folder / "five.html", width=390)
    assert opened.ask("document.documentElement.scrollWidth <= innerWidth")
