import io

import pytest
from rich.console import Console

from mbats.cli.run_table import run_table
from mbats.market.reference.notice import NOTICE
from mbats.reports.summary import summary, summary_html


def printed(run, width=120):
    screen = Console(file=io.StringIO(), width=width)
    for part in run_table(summary(run)):
        screen.print(part, highlight=False)
    return screen.file.getvalue()


def test_the_terminal_shows_verdict_figures_and_costs(run_of, forty_trips):
    text = printed(run_of(forty_trips))
    for words in ("RsiBracket", "Lost", "Net result", "Sharpe ratio", "From gross to net", "Financing is not modelled"):
        assert words in text


@pytest.mark.parametrize("width", [60, 80, 200])
def test_figures_stay_whole_in_any_width(run_of, forty_trips, width):
    text = printed(run_of(forty_trips), width)
    assert "…" not in text
    assert max(map(len, text.splitlines())) <= width


def test_each_instrument_has_its_line_once_there_are_several(run_of, trip):
    both = run_of([trip(9.0), trip(-4.0, symbol="GBP_USD")], instruments=("EUR_USD", "GBP_USD"))
    lines = summary(both).instruments
    assert [(line.symbol, line.trades, line.net) for line in lines] == [
        ("EUR_USD", 1, pytest.approx(7.6)),
        ("GBP_USD", 1, pytest.approx(-5.4)),
    ]
    assert "GBP_USD" in printed(both)


def test_an_instrument_that_never_traded_has_no_win_rate(run_of, trip):
    idle = summary(run_of([trip(9.0)], instruments=("EUR_USD", "GBP_USD"))).instruments[1]
    assert (idle.trades, idle.win_rate, idle.net) == (0, None, 0.0)


def test_gross_and_costs_add_up_to_net(run_of, forty_trips):
    amounts = [float(line.amount.replace(",", "")) for line in summary(run_of(forty_trips)).costs]
    assert sum(amounts[:-1]) == pytest.approx(amounts[-1], abs=0.02)


def test_a_generated_market_is_said_everywhere(run_of):
    run = run_of(info={"synthetic": True})
    assert summary(run).warning == NOTICE
    assert NOTICE in summary_html(run)
    assert "a profit here is luck or a bug" in " ".join(printed(run).split())


def test_names_are_text_and_never_markup(run_of):
    run = run_of(info={"strategies": ({"name": "[red]<script>"},)})
    assert "[red]<script>" in printed(run)
    assert "<script>" not in summary_html(run)


def test_a_share_of_the_gross_is_named_only_where_there_was_a_profit(run_of, trip):
    assert "100 % of gross" in summary_html(run_of([trip(9.0)]))
    assert "of gross" not in summary_html(run_of([trip(-9.0)]))
