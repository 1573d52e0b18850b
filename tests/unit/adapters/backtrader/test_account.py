"""Margin, closeout, financing and conversion, by hand. Bid and ask lie 0.01 around the mid prices written here."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from mbats.errors.market import MissingRate
from mbats.errors.simulation import InstrumentSharedByStrategies, NoQuotes, NothingToTrade, TimeframesDiffer
from mbats.execution.costs import FREE, Costs
from mbats.execution.fills import FillRules
from mbats.execution.financing import DatedRates, FinancingRates
from mbats.ledger.account import keep_books
from mbats.ledger.journal import Kind
from mbats.ledger.terms import Account
from mbats.market.conversion import Conversion
from mbats.market.timeframe import Timeframe
from mbats.portfolio.sizing import FixedUnits, PercentRisk
from mbats.simulation.simulator import Allocation

FLAT = (10.0, 10.1, 9.9, 10.0)


def test_an_entry_beyond_the_net_asset_value_is_rejected(run, bars):
    # 5,000 units * mid 10.00 * 0.02 = 1,000.00 of margin.
    assert len(run(bars([FLAT] * 2), {"side": [1]}, units=5_000, cash=1_000).fills) == 1
    told = run(bars([FLAT] * 2), {"side": [1]}, units=5_000, cash=999.99)
    assert told.fills == []
    assert told.reasons(Kind.REJECT) == ["INSUFFICIENT_MARGIN"]


def test_the_stricter_of_leverage_and_margin_rate_counts(run, bars):
    # A leverage of 20 asks 5 %: 2,000 units need 1,000.
    assert len(run(bars([FLAT] * 2), {"side": [1]}, units=2_000, cash=1_000, leverage=20).fills) == 1
    assert run(bars([FLAT] * 2), {"side": [1]}, units=2_001, cash=1_000, leverage=20).fills == []


def test_margin_of_other_positions_counts(run, bars):
    market = {symbol: bars([FLAT] * 3, symbol) for symbol in ("EUR_USD", "GBP_USD")}
    script = {"EUR_USD": {"side": [1]}, "GBP_USD": {"side": [0, 1]}}
    # The first: 600 of margin, and a spread of 60 off the value; the second would make it 1,200 of 940.
    told = run(market, script, units=3_000, cash=1_000)
    assert [told.journal.instruments[event.instrument] for event in told.of(Kind.FILL)] == ["EUR_USD"]
    assert told.reasons(Kind.REJECT) == ["INSUFFICIENT_MARGIN"]


def test_reducing_is_never_rejected(run, bars):
    # Bought 5,000 for 1,000 of margin; at 9.93 the value is 600 and the margin 993: no new entry, but a way out.
    told = run(bars([FLAT, FLAT, (9.93, 9.94, 9.92, 9.93), FLAT]), {"side": [1], "exit_long": [0, 0, 1]}, units=5_000)
    assert [fill[0] for fill in told.fills] == ["ENTRY", "EXIT"]


def test_the_venue_closes_everything_when_the_value_is_half_of_the_margin(run, bars):
    # 5,000 units at 10.01, value 1,000. At a close of mid 9.90 (bid 9.89): value 1000 - 600 = 400, margin 990.
    # 990 / 800 >= 1: closed at the bid of that close. One tick higher, 9.91: value 450, margin 991: closed too.
    # At 9.92: value 500, margin 992, 992 / 1,000 < 1: open.
    survives = run(bars([FLAT, FLAT, (10.0, 10.0, 9.9, 9.92)]), {"side": [1]}, units=5_000)
    assert [fill[0] for fill in survives.fills] == ["ENTRY"]
    told = run(bars([FLAT, FLAT, (10.0, 10.0, 9.9, 9.91), FLAT]), {"side": [1], "stop_distance": 5.0}, units=5_000)
    assert told.fills[-1] == ("CLOSEOUT", 3, -5_000.0, 9.9)  # journalled at the moment the bar was known
    assert told.pnl[-1] == -550.0
    assert told.reasons(Kind.MARGIN_CALL) == ["MARGIN_CLOSEOUT"]
    assert told.reasons(Kind.CANCEL) == ["MARGIN_CLOSEOUT"]


def test_a_strategy_goes_on_after_a_closeout(run, bars):
    rows = [FLAT, FLAT, (10.0, 10.0, 9.9, 9.9), (9.9, 9.9, 9.8, 9.9), FLAT]
    told = run(bars(rows), {"side": [1, 0, 0, 1], "size_hint": [1, 1, 1, 0.1, 1]}, units=5_000)
    assert [fill[0] for fill in told.fills] == ["ENTRY", "CLOSEOUT", "ENTRY"]


def rates(symbol, long, short, days_of_week=None):
    dated = DatedRates(np.array([0]), np.array([long]), np.array([short]), "test", days_of_week)
    return FinancingRates({symbol: dated})


def test_financing_is_charged_at_1700_new_york_for_what_is_held(run, bars):
    # 2024-01-03 is a Wednesday: 17:00 New York is 22:00 UTC, hour 37 after Tuesday 09:00; three days are charged.
    # Tuesday's rollover (hour 13) is not: the position opens at hour 21.
    market = bars([FLAT] * 45)
    told = run(market, {"side": [0] * 20 + [1]}, financing=rates("EUR_USD", -0.0365, 0.01))
    (event,) = told.of(Kind.FINANCING)
    assert event.time == market.time[37]
    assert event.amount == pytest.approx(-100 * 10.0 * 0.0365 / 365 * 3)


def test_the_end_of_the_run_is_not_held_over(run, bars):
    # Tuesday's rollover is at the very end of bar 12.
    assert run(bars([FLAT] * 13), {"side": [1]}, financing=rates("EUR_USD", -1, -1)).of(Kind.FINANCING) == []
    assert len(run(bars([FLAT] * 14), {"side": [1]}, financing=rates("EUR_USD", -1, -1)).of(Kind.FINANCING)) == 1


def test_the_venues_own_days_win(run, bars):
    told = run(bars([FLAT] * 45), {"side": [1]}, financing=rates("EUR_USD", -0.0365, 0.01, {1: 2}))
    assert [event.amount for event in told.of(Kind.FINANCING)] == [pytest.approx(-0.2)]


def test_costs_without_financing_charge_none(run, bars):
    told = run(bars([FLAT] * 45), {"side": [1]}, financing=rates("EUR_USD", -1, -1), costs=FREE)
    assert told.of(Kind.FINANCING) == []


def yen(bars, rows, **terms):
    return bars(rows, "USD_JPY", **terms)


@pytest.mark.parametrize("fills", list(FillRules))
def test_jpy_profit_is_never_added_to_usd(run, bars, fills):
    """Regression: mid prices without account currency, JPY profit added to USD."""
    level = (100.0, 100.5, 99.5, 100.0)
    market = {
        "EUR_USD": bars([FLAT, FLAT, (11.0, 11.0, 11.0, 11.0)]),
        "USD_JPY": yen(bars, [level, level, (110.0, 110.0, 110.0, 110.0)]),
    }
    script = {"side": [1], "exit_long": [0, 1, 0]}
    conversion = Conversion("USD", {"USD_JPY": market["USD_JPY"]})
    costs = replace(FREE, conversion_markup=0.0)
    told = run(market, script, cash=100_000, fills=fills, costs=costs, conversion=conversion)
    leaving = [event for event in told.of(Kind.FILL) if event.pnl]
    currencies = [told.journal.currencies[event.currency] for event in leaving]
    assert (currencies, [event.pnl for event in leaving]) == (["USD", "JPY"], [100.0, 1_000.0])
    # The exit is in the bar that opened at 11:00, when the last known close was 100.00: JPY 1,000 are USD 10.
    assert [event.rate for event in leaving] == [1.0, 0.01]
    assert keep_books(told.journal, Account("USD", Decimal(100_000))).balance == Decimal("100110.0000")


@pytest.mark.parametrize("fills", list(FillRules))
def test_the_net_asset_value_that_sizes_is_in_account_currency(run, bars, fills):
    level = (100.0, 100.0, 100.0, 100.0)
    market = {"USD_JPY": yen(bars, [level, level, (200.0,) * 4, (200.0,) * 4, (200.0,) * 4])}
    conversion = Conversion("USD", {"USD_JPY": bars([(100.0,) * 4] * 5, "USD_JPY")})
    script = {"side": [1, 0, 0, 1], "exit_long": [0, 1, 0], "stop_distance": [50, 50, 50, 10, 10]}
    terms = {"fills": fills, "costs": FREE, "conversion": conversion, "sizing": PercentRisk(0.1)}
    told = run(market, script, cash=1_000_000, **terms)
    wanted = [event.units for event in told.of(Kind.DECISION)]
    # 0.1 % of 1,000,000 USD over a stop of JPY 50 = USD 0.5: 2,000 units. They gain JPY 200,000 = USD 2,000.
    # Then 0.1 % of 1,002,000 over JPY 10 = USD 0.1: 10,020 units.
    assert wanted == [2_000.0, -2_000.0, 10_020.0]


def test_the_markup_of_conversion_costs_value(run, bars):
    level = (100.0,) * 4
    market = {"USD_JPY": yen(bars, [level, level, (110.0,) * 4, (110.0,) * 4, (110.0,) * 4], spread=0.0)}
    conversion = Conversion("USD", {"USD_JPY": bars([level] * 5, "USD_JPY")})
    script = {"side": [1, 0, 0, 1], "exit_long": [0, 1, 0], "stop_distance": 50.0}
    costs = Costs("markup", conversion_markup=0.005)
    told = run(market, script, cash=100_000, costs=costs, conversion=conversion, sizing=PercentRisk(1.0))
    # 2,000 units gain JPY 20,000 = USD 200 * 0.995; 1 % of 100,199 over USD 0.5.
    assert [event.units for event in told.of(Kind.DECISION)] == [2_000.0, -2_000.0, 2_003.0]


def test_a_missing_rate_names_the_pair(run, bars):
    with pytest.raises(MissingRate, match="USD_JPY"):
        run(yen(bars, [(100.0,) * 4] * 3), {"side": [1]})


def test_quoted_spread_needs_quotes(run, bars):
    with pytest.raises(NoQuotes, match="--no-costs"):
        run(bars([FLAT] * 2, spread=None), {"side": [1]})


def test_an_instrument_belongs_to_one_strategy(run, bars):
    shares = (Allocation(Named, ("EUR_USD",), FixedUnits()), Allocation(Named, ("EUR_USD",), FixedUnits()))
    with pytest.raises(InstrumentSharedByStrategies, match="EUR_USD"):
        run(bars([FLAT]), allocations=shares)


def test_timeframes_may_not_differ(run, bars):
    market = {"EUR_USD": bars([FLAT]), "GBP_USD": replace(bars([FLAT], "GBP_USD"), timeframe=Timeframe("D"))}
    with pytest.raises(TimeframesDiffer, match="GBP_USD has D"):
        run(market, {"side": []})


def test_an_instrument_without_bars_is_named(run, bars):
    with pytest.raises(NothingToTrade, match="EUR_USD"):
        run(bars([FLAT]).rows(0, 0), {"side": []})


class Named:
    """Stands for any strategy."""
