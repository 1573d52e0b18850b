from decimal import Decimal

import numpy as np
import pytest

from mbats.execution.costs import Spread
from mbats.ledger.account import keep_books
from mbats.ledger.equity import Equity
from mbats.ledger.journal import Kind
from mbats.ledger.prices import Prices
from mbats.ledger.terms import Account
from mbats.ledger.trading_days import day_ends
from mbats.ledger.valuation import Valuer
from mbats.market.conversion import Conversion

DOLLARS = Account("USD", Decimal(10_000))


def fill(time, units, price, pnl=0.0, **fields):
    named = {
        "time": time,
        "symbol": "EUR_USD",
        "money": "USD",
        "units": units,
        "price": price,
        "mid": price,
        "pnl": pnl,
    }
    return {**named, **fields}


def value(journal, market, moments, markup=0.0, conversion=None):
    prices = Prices(market, conversion or Conversion("USD", market), Spread(), markup)
    return Valuer(journal, keep_books(journal, DOLLARS, markup), prices).at(np.array(moments))


def test_days_end_at_17_new_york_weekdays_only(make_bars, at):
    # Friday 2016-07-01 12:00 to Monday 23:00 UTC; in summer 17:00 New York is 21:00 UTC. The last bar ends the run.
    bars = make_bars("EUR_USD", "2016-07-01 12:00", [1.1] * 83)
    assert day_ends([bars]).tolist() == [at("2016-07-01 21:00"), at("2016-07-04 21:00"), at("2016-07-04 23:00")]


def test_a_weekday_without_bars_is_no_trading_day(make_bars, at):
    before = make_bars("EUR_USD", "2018-12-24 12:00", [1.1] * 10)
    after = make_bars("GBP_USD", "2018-12-26 20:00", [1.3] * 2)
    assert day_ends([before, after]).tolist() == [at("2018-12-24 22:00"), at("2018-12-26 22:00")]


def test_a_sunday_stub_counts_with_monday(make_bars, at):
    bars = make_bars("EUR_USD", "2016-07-01 00:00", [1.1] * 4, timeframe="D")
    utc = np.array([at(f"2016-07-0{day} 00:00") for day in (2, 4, 5)])
    stubbed = bars.rows(0, 3)
    object.__setattr__(stubbed, "known_at", utc)
    assert day_ends([stubbed]).tolist() == [at("2016-07-02 00:00"), at("2016-07-05 00:00")]


def test_open_positions_count_at_bid_and_ask(make_bars, make_journal, at):
    bars = make_bars("EUR_USD", "2016-07-01 12:00", [1.10, 1.12, 1.11], half_spread=0.001)
    moments = [at(f"2016-07-01 {hour}:00") for hour in (13, 14, 15)]
    long = value(make_journal(fill("2016-07-01 13:00", 1_000.0, 1.101)), {"EUR_USD": bars}, moments)
    assert long.nav == pytest.approx([10_000, 10_018, 10_008])
    assert long.exposure == pytest.approx([0, 1_119, 1_109])
    short = value(make_journal(fill("2016-07-01 13:00", -1_000.0, 1.099)), {"EUR_USD": bars}, moments)
    assert short.nav == pytest.approx([10_000, 9_978, 9_988])


def test_financing_of_the_moment_counts_and_a_fill_at_the_moment_does_not(make_bars, make_journal, at):
    bars = make_bars("EUR_USD", "2016-07-01 20:00", [1.10, 1.20])
    rollover = "2016-07-01 21:00"
    journal = make_journal(
        fill("2016-07-01 20:00", 1_000.0, 1.10),
        fill(rollover, np.nan, np.nan, kind=Kind.DECISION),
        fill(rollover, 0.0, np.nan, kind=Kind.FINANCING, amount=-0.5),
        fill(rollover, -1_000.0, 1.15, 50.0),
    )
    found = value(journal, {"EUR_USD": bars}, [at(rollover), at("2016-07-01 22:00")])
    assert found.nav == pytest.approx([9_999.5, 10_049.5])
    assert found.balance == pytest.approx([9_999.5, 10_049.5])


def test_closing_at_the_mark_leaves_the_value_as_it_is(make_bars, make_journal, at):
    bars = make_bars("EUR_GBP", "2016-07-01 12:00", [0.80, 0.82, 0.82], half_spread=0.001)
    pounds = make_bars("GBP_USD", "2016-07-01 11:00", [1.25] * 4)
    conversion = Conversion("USD", {"EUR_GBP": bars, "GBP_USD": pounds})
    gbp = {"symbol": "EUR_GBP", "money": "GBP", "rate": 1.25}
    bid = float(bars.bid.close[1])
    journal = make_journal(
        fill("2016-07-01 12:00", 1_000.0, 0.801, **gbp),
        fill("2016-07-01 14:00", -1_000.0, bid, 1_000.0 * (bid - 0.801), **gbp),
    )
    moments = [at("2016-07-01 14:00"), at("2016-07-01 15:00")]
    found = value(journal, {"EUR_GBP": bars}, moments, 0.005, conversion)
    assert found.nav[0] == pytest.approx(10_000 + 18 * 1.25 * 0.995)
    assert found.nav[1] == pytest.approx(found.nav[0], abs=1e-4)


def equity(nav, transfer=None, start="2016-01-01", cash=100.0):
    nav = np.asarray(nav, dtype=np.float64)
    begin = int(np.datetime64(start, "ns").astype(np.int64))
    time = begin + 86_400_000_000_000 * np.arange(1, len(nav) + 1)
    moved = np.zeros(len(nav)) if transfer is None else np.asarray(transfer, dtype=np.float64)
    return Equity("USD", begin, cash, time, nav, nav, moved, np.zeros(len(nav)), time, nav)


def test_returns_are_time_weighted_through_deposits():
    # 10 % on 100, then 10 % on 110 + 90: the deposit itself is no return.
    curve = equity([110.0, 220.0], transfer=[0.0, 90.0])
    assert curve.daily_returns == pytest.approx([0.1, 0.1])
    assert curve.wealth == pytest.approx([1.0, 1.1, 1.21])


def test_total_loss_is_minus_one_and_nothing_returns_after_it():
    curve = equity([50.0, -20.0, -20.0])
    assert curve.daily_returns.tolist() == [-0.5, -1.0, 0.0]
    assert curve.wealth[-1] == 0.0


def test_monthly_returns_compound_to_the_total():
    curve = equity(np.linspace(101, 160, 60))
    months = curve.monthly_returns
    assert list(months) == [(2016, 1), (2016, 2)]
    assert np.prod([1 + r for r in months.values()]) == pytest.approx(1.6)


def test_an_empty_account_has_no_months():
    assert equity([]).monthly_returns == {}
