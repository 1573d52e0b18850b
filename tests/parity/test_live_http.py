"""Kernel, Backtrader with our broker, and a session over HTTP on the replaying exchange: the same trades and money.

The exchange is written apart from the simulators: it nets, fills, converts and charges on its own. `PARITY_LONG=1`
(``make parity``) replays the whole year and both weeks of minutes.
"""

import os
from dataclasses import replace

import pytest

from fakes.tapes import walk
from mbats.adapters.backtrader.simulator import BacktraderSimulator
from mbats.adapters.ecb.fixings import load
from mbats.adapters.files.reader import FileReader
from mbats.execution.financing import DatedRates, FinancingRates
from mbats.ledger.account import Flow
from mbats.market.catalogue import known_instruments
from mbats.market.local_time import DAY
from mbats.market.reference.generator import generate
from mbats.market.reference.swaps import swap_rates
from mbats.market.timeframe import Timeframe
from mbats.pipelines.ingest import FileForm, prepare
from mbats.portfolio.sizing import FixedUnits, PercentRisk
from mbats.secmaster.bar_table import mid
from mbats.secmaster.moments import instant
from mbats.simulation.kernel.simulator import KernelSimulator
from mbats.simulation.simulator import Allocation
from mbats.strategies.samples.rsi_bracket import RsiBracket
from parity.live_case import (
    Case,
    at_the_venues_rates,
    over_http,
    simulated,
    simulated_fills,
    simulated_flows,
)

LONG = "PARITY_LONG" in os.environ
pytestmark = pytest.mark.timeout(3_600 if LONG else 300)
SIMULATORS = (KernelSimulator(), BacktraderSimulator())


def recorded(file, start, end):
    """Bars of a file made from bid and ask alone: its own mids may differ from theirs in the last bit."""
    [batch] = prepare([file], FileForm(), FileReader(), known_instruments()).batches
    bars = batch.bars.between(instant(start), instant(end))
    return replace(bars, mid=mid(bars.bid, bars.ask))


def dated(symbols, start):
    swaps = {symbol: swap_rates(symbol, start, 2**62) for symbol in symbols}
    return FinancingRates(
        {symbol: DatedRates(one.time, one.long_rate, one.short_rate, one.source) for symbol, one in swaps.items()}
    )


def all_agree(case):
    """Trade `case` over HTTP and in both simulators; return the session's and the kernel's outcome."""
    traded = over_http(case)
    journals = [simulated(case, simulator) for simulator in SIMULATORS]
    assert traded.books == traded.balance
    for journal in journals:
        assert simulated_fills(case, journal) == traded.fills(case)
    return traded, journals


def same_money(case, traded, journals):
    for journal in journals:
        assert simulated_flows(at_the_venues_rates(case, journal, traded)) == traded.flows(case)


def test_hours_of_a_recorded_year(shared_data):
    end = "2017-01-01" if LONG else "2016-02-01"
    bars = {"EUR_USD": recorded(shared_data / "oanda_EUR_USD_H1.parquet", "2015-11-15", end)}
    shares = [Allocation(RsiBracket(), ("EUR_USD",), PercentRisk(0.25))]
    case = Case(bars, shares, instant("2016-01-01"), dated(bars, instant("2015-01-01")))
    traded, journals = all_agree(case)
    same_money(case, traded, journals)
    assert len(traded.fills(case)["EUR_USD"]) > (600 if LONG else 8)
    assert len(traded.flows(case)["EUR_USD", Flow.FINANCING]) > (100 if LONG else 4)


def test_minutes_of_recorded_weeks(shared_data):
    begin, end = ("2014-05-02", "2014-05-16") if LONG else ("2014-05-05T12:00", "2014-05-05T20:00")
    bars = {"EUR_USD": recorded(shared_data / "oanda_EUR_USD_M1.parquet", "2014-05-01", end)}
    case = Case(bars, [Allocation(RsiBracket(), ("EUR_USD",), FixedUnits(1_000))], instant(begin))
    traded, journals = all_agree(case)
    same_money(case, traded, journals)
    assert len(traded.fills(case)["EUR_USD"]) > (500 if LONG else 8)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_stop_that_a_gap_fills_at_the_next_open(seed):
    """It happens after the close that the bar before it is decided on: the next entry has to wait for its own bar."""
    bars = {"EUR_USD": walk("EUR_USD", "2024-03-04", "2024-03-08T12:00", seed=seed, jump=60)}
    start = int(bars["EUR_USD"].time[20])
    share = Allocation(RsiBracket(rsi_period=5), ("EUR_USD",), FixedUnits(1_000))
    case = Case(bars, [share], start, dated(bars, start - 365 * DAY))
    traded, journals = all_agree(case)
    same_money(case, traded, journals)
    assert sum(one.time in bars["EUR_USD"].time for one in traded.log if one.reason == "STOP_LOSS_ORDER") > 2


def test_three_pairs_of_which_one_is_a_cross():
    """The exchange converts at the mids of the moment, a simulator at the last closes: nothing else parts the money."""
    symbols, end = ("EUR_USD", "USD_JPY", "EUR_GBP", "GBP_USD"), "2023-12-29T12:00" if LONG else "2023-10-13T12:00"
    bars = generate(load(), symbols, Timeframe("H1"), instant("2023-09-01"), instant(end))
    share = Allocation(RsiBracket(), symbols[:3], FixedUnits(10_000))
    start = instant("2023-10-02T12:00")
    case = Case(bars, [share], start, dated(symbols, start - 365 * DAY))
    traded, journals = all_agree(case)
    same_money(case, traded, journals)
    for journal in journals:
        plain, booked = simulated_flows(journal), traded.flows(case)
        assert {place[0] for place in booked if plain[place] != booked[place]} == {"USD_JPY", "EUR_GBP"}
    assert all(len(fills) > (100 if LONG else 3) for fills in traded.fills(case).values())
