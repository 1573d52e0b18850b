from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import numpy as np
import pytest

from mbats.errors.market import MissingRate
from mbats.execution.costs import FREE, OANDA_US, Costs
from mbats.execution.fills import FillRules
from mbats.ledger.activity import time_in_market, traded_value
from mbats.ledger.journal import Kind
from mbats.ledger.judgement import applied, judge, periods_per_year
from mbats.ledger.run import RunInfo
from mbats.ledger.terms import Account
from mbats.market.catalogue import equity
from mbats.market.conversion import Conversion

DOLLARS = Account("USD", Decimal(10_000))


def info(fills=FillRules.VENUE):
    moment = datetime(2016, 7, 1, tzinfo=UTC)
    return RunInfo(
        id=UUID(int=0),
        started_at=moment,
        simulator="by hand",
        fills=fills,
        costs={},
        account={},
        strategies=(),
        instruments=("EUR_USD",),
        timeframe="H1",
        start=moment,
        end=moment,
        snapshot="none",
        commit="none",
        synthetic=False,
    )


def fill(time, units, price, pnl=0.0, **fields):
    named = {"time": f"2016-07-01 {time}", "symbol": "EUR_USD", "money": "USD", "units": units, "price": price}
    return {**named, "mid": price, "pnl": pnl, **fields}


@pytest.fixture
def market(make_bars):
    return {"EUR_USD": make_bars("EUR_USD", "2016-07-01 12:00", [1.10, 1.11, 1.12, 1.13] * 20, half_spread=0.0001)}


def test_no_trades(market, make_journal):
    result = judge(info(), make_journal(), market, Conversion("USD", market), DOLLARS, OANDA_US)
    assert (len(result.trips), result.performance.trades, result.performance.net_profit) == (0, 0, 0.0)
    assert result.performance.exposure == 0.0
    assert set(result.equity.nav) == {10_000.0}


def test_an_open_trade_is_marked_and_final_value_net_profit_and_trips_agree(market, make_journal):
    journal = make_journal(fill("12:00", 1_000.0, 1.1001, mid=1.10))
    result = judge(info(), journal, market, Conversion("USD", market), DOLLARS, OANDA_US)
    assert result.performance.open_trades == 1
    assert result.performance.net_profit == pytest.approx(29.8)
    assert result.equity.nav[-1] == pytest.approx(10_029.8)
    assert result.equity.balance[-1] == 10_000.0
    assert result.journal is journal


def test_the_curve_has_a_value_for_every_bar(market, make_journal):
    result = judge(info(), make_journal(), market, Conversion("USD", market), DOLLARS, OANDA_US)
    assert result.equity.curve_time.tolist() == market["EUR_USD"].known_at.tolist()
    assert len(result.equity.curve_nav) == 80


def test_under_backtraders_rules_positions_are_worth_mid_and_nothing_is_marked_up(market, make_journal):
    journal = make_journal(fill("12:00", 1_000.0, 1.10))
    result = judge(info(FillRules.BACKTRADER), journal, market, Conversion("USD", market), DOLLARS, OANDA_US)
    assert result.performance.net_profit == pytest.approx(30.0)
    kept = applied(OANDA_US, FillRules.BACKTRADER)
    assert (kept.conversion_markup, kept.financing, kept.commission) == (0.0, False, OANDA_US.commission)
    assert applied(OANDA_US, FillRules.VENUE) is OANDA_US


def test_an_open_position_that_cannot_be_converted_names_the_missing_pair(make_bars, make_journal):
    market = {"EUR_GBP": make_bars("EUR_GBP", "2016-07-01 12:00", [0.8, 0.8])}
    journal = make_journal(fill("12:00", 1_000.0, 0.8, symbol="EUR_GBP", money="GBP", rate=1.3))
    with pytest.raises(MissingRate, match="GBP"):
        judge(info(), journal, market, Conversion("USD", market), DOLLARS, OANDA_US)


def test_deposits_are_no_profit(market, make_journal):
    deposit = {"time": "2016-07-01 13:00", "money": "USD", "kind": Kind.TRANSFER, "amount": 5_000.0}
    result = judge(info(), make_journal(deposit), market, Conversion("USD", market), DOLLARS, FREE)
    assert (result.performance.transfers, result.performance.net_profit) == (5_000.0, 0.0)
    assert result.performance.total_return == 0.0
    assert result.equity.nav[-1] == 15_000.0


def test_a_week_of_weekly_bars_is_one_of_52(make_bars):
    assert periods_per_year({"EUR_USD": make_bars("EUR_USD", "2016-07-01 12:00", [1.1])}) == 260
    assert periods_per_year({"EUR_USD": make_bars("EUR_USD", "2016-06-26 21:00", [1.1], timeframe="W")}) == 52


def test_shares_alone_have_252_days(make_bars):
    share = make_bars("EUR_USD", "2016-07-01 12:00", [100.0])
    object.__setattr__(share, "instrument", equity("AAPL"))
    assert periods_per_year({"AAPL": share}) == 252


def test_time_in_the_market_is_a_share_of_bars(market, make_journal):
    journal = make_journal(fill("12:00", 1_000.0, 1.10), fill("15:00", -1_000.0, 1.12, 20.0))
    costs = Costs("no markup", conversion_markup=0.0)
    trips = judge(info(), journal, market, Conversion("USD", market), DOLLARS, costs).trips
    assert time_in_market(trips, market.values()) == 4 / 80
    assert traded_value(journal) == pytest.approx(1_100 + 1_120)
    assert np.all(trips.bars_held == 3)
