import json

import numpy as np
import pytest

from mbats.reports.charts import charts, distribution_chart


def drawn(run):
    return charts(run.equity, run.trips, run.performance)


@pytest.fixture
def forty(run_of, forty_trips):
    return drawn(run_of(forty_trips))


def test_equity_begins_with_the_cash_and_ends_with_the_account(run_of, forty_trips):
    run = run_of(forty_trips)
    gross, net, fallen = drawn(run)["equity-chart"]["data"]
    assert net["y"][0] == 100_000.0
    assert net["y"][-1] == pytest.approx(100_000.0 + run.performance.net_profit)
    assert gross["y"][-1] == pytest.approx(100_000.0 + run.performance.gross_profit)
    assert min(fallen["y"]) == pytest.approx(-run.performance.max_drawdown, abs=1e-8)


def test_costs_lead_from_gross_to_net(forty, run_of, forty_trips):
    bars = forty["costs-chart"]["data"][0]
    assert bars["x"] == ["gross", "spread", "net"]
    assert bars["y"][0] + bars["y"][1] == pytest.approx(bars["y"][2])
    assert bars["measure"] == ["absolute", "relative", "total"]


def test_hours_and_weekdays_are_new_yorks(run_of, trip):
    # Monday 2016-01-04 00:00 UTC is Sunday 19:00 in New York.
    shown = drawn(run_of([trip(9.0, entry=0), trip(-5.0, entry=24)]))
    assert shown["hours-chart"]["data"][0]["y"][19] == pytest.approx(7.6 - 6.4)
    weekdays = dict(zip(*(shown["weekdays-chart"]["data"][0][axis] for axis in "xy"), strict=True))
    assert weekdays["Sun"] == pytest.approx(7.6)
    assert weekdays["Mon"] == pytest.approx(-6.4)


def test_results_by_exit_add_up(forty, forty_trips):
    bars = forty["exits-chart"]["data"][0]
    assert bars["x"] == ["stop loss (20)", "take profit (20)"]
    assert sum(bars["y"]) == pytest.approx(sum(trip.net for trip in forty_trips))


def test_a_distribution_counts_every_value_and_never_mixes_gains_with_losses():
    values = np.concatenate((np.random.default_rng(3).normal(0.01, 1, 5_000), [-40.0, 70.0]))
    bars = distribution_chart(values, "", "")["data"][0]
    assert sum(bars["y"]) == len(values)
    lost = sum(count for count, colour in zip(bars["y"], bars["marker"]["color"], strict=True) if colour == "@bad")
    assert lost == (values < 0).sum()


@pytest.mark.parametrize("values", [[], [5.0], [0.0, 0.0], [-3.0, -3.0]])
def test_a_distribution_of_next_to_nothing_can_be_drawn(values):
    assert sum(distribution_chart(np.array(values), "", "")["data"][0]["y"]) == len(values)


@pytest.mark.parametrize("days", [0, 1, 300])
def test_a_run_without_trades_can_be_drawn(run_of, days):
    json.dumps(drawn(run_of(days=days)), allow_nan=False)


def test_a_total_loss_can_be_drawn(run_of, trip):
    json.dumps(drawn(run_of([trip(-100_000.0, spread=0.0)])), allow_nan=False)
