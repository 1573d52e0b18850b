"""Figures by hand, and against empyrical-reloaded where it computes the same thing."""

import json
from decimal import Decimal

import empyrical
import numpy as np
import pandas as pd
import pytest

from mbats.ledger.cost_split import CostSplit
from mbats.ledger.drawdown import drawdown, underwater
from mbats.ledger.equity import Equity
from mbats.ledger.performance import measure
from mbats.ledger.ratios import calmar, growth_rate, quality_number, sortino
from mbats.ledger.round_trips import RoundTrips
from mbats.ledger.sharpe import sharpe
from mbats.ledger.trip_statistics import longest_streak

DAY = 86_400_000_000_000
START = 1_451_606_400_000_000_000


def equity(nav, transfer=None, cash=100.0):
    nav = np.asarray(nav, dtype=np.float64)
    time = START + DAY * np.arange(1, len(nav) + 1)
    moved = np.zeros(len(nav)) if transfer is None else np.asarray(transfer, dtype=np.float64)
    return Equity("USD", START, cash, time, nav, nav, moved, np.zeros(len(nav)), time, nav)


def trips(net, open_last=False):
    count = len(net)
    zeros, codes = np.zeros(count), np.zeros(count, dtype=np.int16)
    time = START + DAY * np.arange(count)
    money = np.asarray(net, dtype=np.float64)
    open_ = np.zeros(count, dtype=np.bool_)
    open_[-1:] = open_last
    return RoundTrips(
        currency="USD",
        instruments=("EUR_USD",),
        strategies=("Sample",),
        id=np.arange(1, count + 1),
        instrument=codes,
        strategy=codes,
        side=codes + 1,
        units=zeros + 1_000,
        entry_time=time,
        exit_time=time + DAY,
        entry_price=zeros + 1.1,
        exit_price=zeros + 1.1,
        entry_order=np.arange(count),
        exit_reason=codes,
        stop=zeros,
        target=zeros,
        pnl_quote=money,
        gross=money + 1.0,
        commission=zeros + 1.0,
        financing=zeros,
        spread_cost=zeros,
        slippage_cost=zeros,
        conversion_cost=zeros,
        net=money,
        bars_held=np.full(count, 24),
        mfe=zeros,
        mae=zeros,
        mfe_money=zeros,
        mae_money=zeros,
        open=open_,
        exact=tuple(CostSplit(net=Decimal(repr(float(value))), commission=Decimal(1)) for value in net),
        unattributed=CostSplit(),
    )


def curve(count=600, seed=7):
    returns = np.random.default_rng(seed).standard_t(5, count) * 0.006 + 0.0003
    return equity(100.0 * np.cumprod(1 + returns))


def test_regression_one_all_or_nothing_result_row_that_divides_by_zero_without_trades():
    """The reference implementation wrote one result row and divided by the number of trades."""
    found = measure(equity([100.0, 100.0, 100.0]), trips([]), 260)
    assert (found.trades, found.net_profit, found.total_return, found.max_drawdown) == (0, 0.0, 0.0, 0.0)
    for name in ("win_rate", "payoff_ratio", "profit_factor", "expectancy", "sharpe", "sortino", "sqn", "calmar"):
        assert getattr(found, name) is None, name
    assert found.longest_losing_streak == 0


def test_no_days_at_all():
    found = measure(equity([]), trips([]), 260)
    assert (found.days, found.end_nav, found.total_return, found.max_drawdown) == (0, 100.0, None, None)


def test_one_day_and_one_trade():
    found = measure(equity([101.0]), trips([1.0]), 260)
    assert found.total_return == pytest.approx(0.01)
    assert (found.win_rate, found.expectancy, found.best_trade, found.worst_trade) == (1.0, 1.0, 1.0, 1.0)
    assert (found.sharpe, found.volatility, found.cagr, found.sqn) == (None, None, None, None)
    assert (found.profit_factor, found.payoff_ratio, found.average_loss) == (None, None, None)


def test_total_loss():
    nav = np.append(np.linspace(99, 1, 250), [-5.0] * 50)
    found = measure(equity(nav), trips([-105.0]), 260)
    assert (found.total_return, found.cagr, found.max_drawdown) == (-1.0, -1.0, 1.0)
    assert found.max_drawdown_money == pytest.approx(105.0)
    assert found.calmar == -1.0
    assert found.underwater_days == 300.0


def test_figures_are_plain_json_and_undefined_is_null():
    figures = measure(equity([100.0]), trips([]), 260).as_dict()
    assert json.loads(json.dumps(figures, allow_nan=False))["win_rate"] is None
    assert {type(value) for value in figures.values()} <= {str, int, float, type(None)}


def test_returns_and_ratios_agree_with_empyrical():
    run = curve()
    returns = pd.Series(run.daily_returns)
    found = measure(run, trips([]), 260, cash_rate=0.0)
    assert found.total_return == pytest.approx(empyrical.cum_returns_final(returns), rel=1e-12)
    assert found.volatility == pytest.approx(empyrical.annual_volatility(returns, annualization=260), rel=1e-12)
    assert found.sharpe == pytest.approx(empyrical.sharpe_ratio(returns, annualization=260), rel=1e-12)
    assert found.sortino == pytest.approx(empyrical.sortino_ratio(returns, annualization=260), rel=1e-12)
    # Empyrical's drawdown is negative and starts at its first return; ours is positive and starts at the start.
    assert found.max_drawdown == pytest.approx(-empyrical.max_drawdown(returns), rel=1e-12)
    # Empyrical grows by days / 260, we by the calendar: the curve here has a row for every calendar day.
    assert found.cagr == pytest.approx(empyrical.cagr(returns, annualization=365.25), rel=1e-9)
    assert found.skewness == pytest.approx(returns.skew(), abs=0.01)
    assert found.kurtosis == pytest.approx(returns.kurt() + 3, rel=0.02)


def test_sharpe_is_over_cash():
    run = curve()
    daily = 1.02 ** (1 / 260) - 1
    expected = empyrical.sharpe_ratio(pd.Series(run.daily_returns), risk_free=daily, annualization=260)
    assert measure(run, trips([]), 260, cash_rate=0.02).sharpe == pytest.approx(expected, rel=1e-12)


def test_sharpe_interval_of_symmetric_returns_by_hand():
    # +2 % and -1 % in turn: mean 0.005, skewness 0, raw kurtosis 1, so the standard error is sqrt(1 / (T - 1)) exactly.
    returns = np.tile([0.02, -0.01], 50)
    found = sharpe(returns, 260)
    per_day = 0.005 / (0.015 * np.sqrt(100 / 99))
    assert found.ratio == pytest.approx(per_day * np.sqrt(260))
    half = 1.959963984540054 * np.sqrt(1 / 99) * np.sqrt(260)
    assert (found.low, found.high) == pytest.approx((found.ratio - half, found.ratio + half))


def test_sharpe_interval_of_skewed_returns_by_hand():
    # Nine times +1 %, then -5 %: mean 0.004, deviation 0.018, skewness -8/3, raw kurtosis 73/9.
    returns = np.tile([0.01] * 9 + [-0.05], 10)
    ratio = 0.004 / (0.018 * np.sqrt(100 / 99))
    error = np.sqrt((1 + 8 / 3 * ratio + (73 / 9 - 1) / 4 * ratio**2) / 99)
    found = sharpe(returns, 1)
    assert (found.low, found.high) == pytest.approx((ratio - 1.96 * error, ratio + 1.96 * error), abs=1e-5)


def test_sharpe_interval_covers_the_truth_about_95_times_in_100():
    generator = np.random.default_rng(3)
    truth = 0.05
    samples = generator.standard_t(6, size=(1_000, 500)) / np.sqrt(1.5) + truth
    found = [sharpe(row, 1) for row in samples]
    covered = np.mean([interval.low <= truth <= interval.high for interval in found])
    assert 0.93 < covered < 0.97


def test_sortino_counts_days_above_cash_as_zero():
    returns = np.array([0.01, -0.02, 0.0, 0.03])
    assert sortino(returns, 1) == pytest.approx(0.005 / np.sqrt(0.0004 / 4))
    assert sortino(np.array([0.01, 0.02]), 260) is None


def test_less_than_a_year_is_not_annualised():
    assert growth_rate(0.1, 0.5, 130, 260) is None
    assert growth_rate(0.21, 2.0, 520, 260) == pytest.approx(0.1)
    assert calmar(None, 0.1) is None
    assert calmar(0.1, 0.0) is None


def test_quality_number_by_hand():
    assert quality_number(np.array([1.0, 3.0])) == pytest.approx(np.sqrt(2) * 2 / np.sqrt(2))
    assert quality_number(np.array([1.0])) is None


def test_drawdown_by_hand():
    found = drawdown(equity([110.0, 99.0, 88.0, 104.5, 110.0, 121.0, 115.5]))
    assert found.depth == pytest.approx(0.2)
    assert found.money == pytest.approx(22.0)
    assert found.days == 4.0  # from the peak at day 1 to its recovery at day 5
    assert found.underwater == 1.0


def test_drawdown_from_the_very_start():
    found = drawdown(equity([90.0, 95.0]))
    assert (found.depth, found.days, found.underwater) == (pytest.approx(0.1), 2.0, 2.0)


def test_a_deposit_does_not_hide_a_drawdown_and_a_withdrawal_is_none():
    hidden = drawdown(equity([90.0, 190.0], transfer=[0.0, 100.0]))
    assert (hidden.depth, hidden.money) == (pytest.approx(0.1), pytest.approx(10.0))
    withdrawn = drawdown(equity([100.0, 50.0], transfer=[0.0, -50.0]))
    assert (withdrawn.depth, withdrawn.money, withdrawn.underwater) == (0.0, 0.0, 0.0)


def test_underwater_is_zero_at_peaks():
    assert underwater(np.array([1.0, 2.0, 1.5, 2.5])) == pytest.approx([0, 0, -0.25, 0])


def test_trades_by_hand():
    found = measure(equity([100.0] * 3), trips([4.0, -1.0, -2.0, 6.0, 0.0]), 260)
    assert (found.trades, found.winners, found.losers, found.open_trades) == (5, 2, 2, 0)
    assert found.win_rate == 0.4
    assert (found.average_win, found.average_loss) == (5.0, 1.5)
    assert found.payoff_ratio == pytest.approx(5 / 1.5)
    assert found.profit_factor == pytest.approx(10 / 3)
    assert (found.expectancy, found.gross_expectancy) == (pytest.approx(1.4), pytest.approx(2.4))
    assert (found.longest_winning_streak, found.longest_losing_streak) == (1, 2)
    assert (found.best_trade, found.worst_trade, found.average_bars_held) == (6.0, -2.0, 24.0)


def test_an_open_trade_counts_in_net_profit_alone():
    found = measure(equity([100.0]), trips([4.0, -7.0], open_last=True), 260)
    assert (found.trades, found.open_trades, found.losers, found.net_profit) == (1, 1, 0, -3.0)


def test_costs_lead_from_gross_to_net():
    found = measure(equity([100.0]), trips([4.0, -1.0]), 260)
    assert (found.gross_profit, found.costs, found.net_profit) == (5.0, 2.0, 3.0)
    assert found.commission == 2.0
    assert found.gross_return == 0.05


def test_turnover_is_yearly_value_traded_over_mean_nav():
    found = measure(equity([100.0] * 365), trips([]), 260, traded=5_000.0)
    assert found.turnover == pytest.approx(5_000 / 100 / (365 / 365.25))


def test_streaks_run_in_the_order_of_exits():
    won_first_left_last = trips([3.0, -1.0, -1.0, -1.0])
    won_first_left_last.exit_time[0] += 2.5 * DAY
    assert measure(equity([100.0]), won_first_left_last, 260).longest_losing_streak == 2


@pytest.mark.parametrize(("flags", "longest"), [([], 0), ([0], 0), ([1], 1), ([1, 1, 0, 1], 2), ([0, 1, 1, 1], 3)])
def test_longest_streak(flags, longest):
    assert longest_streak(np.array(flags, dtype=np.bool_)) == longest
