from mbats.reports.html import page
from mbats.reports.key_figures import key_figures


def test_small_figures_read_the_same_in_cards_and_verdict(run_of, trip):
    """Regression: a gain of 0.06 % and a drawdown of 0.23 % were shown as 0.1 % and 0.2 %."""
    run = run_of([trip(-230.0, spread=0.0), trip(290.0, exit=30, spread=0.0)])
    shown = {figure.label: figure.value for figure in key_figures(run.performance)}
    assert (shown["Net result"], shown["Before costs"], shown["Deepest drawdown"]) == ("+0.06 %", "+0.06 %", "0.23 %")
    written = page(run, {})
    assert "+0.06\N{NO-BREAK SPACE}%" in written
    assert "drawdown was 0.23\N{NO-BREAK SPACE}%" in written
