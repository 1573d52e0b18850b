import pytest

from mbats.reports.verdict import verdict


def said(run_of, trips, **figures):
    return verdict(run_of(trips, **figures).performance)


def test_no_trade(run_of):
    assert said(run_of, []) == "No trade was made, so there is nothing to judge."


def test_a_loss_after_a_gain_before_costs_names_who_took_it(run_of, trip):
    words = said(run_of, [trip(400.0, spread=3_500.0)], years=12.0)
    assert "Lost 3.1 % after costs in 12.0 years; before costs it made 0.40 %: spread took it." in words


def test_the_largest_cost_is_named(run_of, trip):
    assert "commission took it" in said(run_of, [trip(400.0, spread=100.0, commission=900.0)])


def test_a_loss_before_costs_is_not_blamed_on_them(run_of, trip):
    assert "before costs it had already lost 1.0 %" in said(run_of, [trip(-1_000.0)])


def test_a_result_without_costs_is_not_called_one_after_them(run_of, trip):
    """Regression: a run with `--no-costs` "made 3.1 % after costs"."""
    assert said(run_of, [trip(3_100.0, spread=0.0)]).startswith("Made 3.1 % without costs in 25 days. ")
    lost = said(run_of, [trip(-1_000.0, spread=0.0)])
    assert lost.startswith("Lost 1.0 % without costs in 25 days; the trades themselves lost it. ")


def test_a_small_result_is_not_rounded_away(run_of, trip):
    words = said(run_of, [trip(-230.0, spread=0.0), trip(290.0, exit=30, spread=0.0)])
    assert words.startswith("Made 0.06 % without costs")
    assert "The deepest drawdown was 0.23 %" in words


def test_a_gain_shows_what_costs_left_of_it(run_of, trip):
    words = said(run_of, [trip(2_000.0, spread=500.0)])
    assert words.startswith("Made 1.5 % after costs")
    assert "before costs it made 2.0 %" in words


def test_a_total_loss_is_called_one(run_of, trip):
    assert said(run_of, [trip(-100_000.0)], total_return=-1.0).startswith("Lost everything within")


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (-0.4, 1.0, "zero lies within, so luck alone could have done it"),
        (0.1, 1.5, "above zero in this one test; how many were tried before it, this page cannot know"),
        (-1.5, -0.1, "bad luck alone does not explain it"),
        (None, None, "has no interval"),
    ],
)
def test_the_sharpe_ratio_never_stands_without_its_interval(run_of, trip, low, high, words):
    assert words in said(run_of, [trip(5.0)], sharpe=0.3, sharpe_low=low, sharpe_high=high)


def test_an_undefined_sharpe_ratio_is_said_to_be_so(run_of, trip):
    assert "cannot be computed from so few days" in said(run_of, [trip(5.0)])


def test_few_trades_are_no_evidence(run_of, trip):
    assert "a single trade: an anecdote, not evidence" in said(run_of, [trip(5.0)])
    assert "too few to conclude anything" in said(run_of, [trip(5.0), trip(4.0)])
    assert said(run_of, [trip(5.0)] * 30).endswith("It rests on 30 trades.")
