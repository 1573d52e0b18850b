from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fakes.market import hourly
from fakes.security_master import FakeSecurityMaster
from mbats.errors.strategy import NothingToCheckOn, NothingTogether, StrategyFailed
from mbats.ledger.journal import Event, JournalWriter, Kind
from mbats.market.timeframe import Timeframe
from mbats.pipelines.check_bars import stored_bars
from mbats.pipelines.order_check import check_orders
from mbats.pipelines.strategy_check import Sample, check_strategy
from mbats.secmaster.keys import BarKey
from mbats.secmaster.repository import BarBatch, IngestionSource
from mbats.strategies.discovery import StrategySource, find
from mbats.strategies.parameters import Configured, configure
from mbats.strategies.signal import Signals, SignalStrategy
from mbats.strategies.target import Targets, TargetStrategy

H1 = Timeframe("H1")


def walk(symbol="EUR_USD", rows=300, seed=1):
    return hourly(symbol, 1.2 + np.cumsum(np.random.default_rng(seed).normal(0, 1e-3, rows)))


def master_with(*tables, vendor="somebody"):
    return also(FakeSecurityMaster(), vendor, *tables)


def also(master, vendor, *tables):
    for bars in tables:
        key = BarKey(bars.instrument.symbol, vendor, str(bars.timeframe))
        batch = BarBatch(key, replace(bars, vendor=vendor), np.zeros(len(bars), dtype=np.int16))
        master.ingest([batch], IngestionSource("test", "0"))
    return master


class OrdersOnly:
    """A simulator of functions from bars and row to a side; every order fills at the next open."""

    def run(self, simulation):
        (share,) = simulation.allocations
        writer = JournalWriter(tuple(simulation.market), ("strategy",), (simulation.account.currency,))
        for number, symbol in enumerate(share.instruments):
            bars = simulation.market[symbol]
            for row in range(len(bars)):
                if side := share.strategy(bars, row):
                    writer.append(Event(int(bars.known_at[row]), Kind.ORDER, number, units=side))
                    if row + 1 < len(bars):
                        price = float(bars.open[row + 1])
                        writer.append(Event(int(bars.time[row + 1]), Kind.FILL, number, units=side, price=price))
        return writer.journal()


def honest(bars, row):
    return float(np.sign(bars.close[row] - bars.close[row - 1])) if row and row % 7 == 0 else 0.0


def peeks_inside_its_bounds(bars, row):
    return float(np.sign(bars.close[row + 1] - bars.close[row])) if row % 7 == 0 and row + 1 < len(bars) else 0.0


def peeks_past_the_end(bars, row):
    try:
        return float(np.sign(bars.close[row + 1] - bars.close[row])) if row % 7 == 0 else 0.0
    except IndexError as error:
        raise StrategyFailed(strategy="peeks", where="x.py:1", market="bars", cause=error) from error


def idle(bars, row):
    return 0.0


def orders(strategy, *tables):
    market = {bars.instrument.symbol: bars for bars in tables or (walk(),)}
    return check_orders(Configured(strategy, {}), market, OrdersOnly())


def test_orders_that_look_back_are_proven():
    result = orders(honest, walk("EUR_USD"), walk("GBP_USD", seed=2))
    assert result.proven
    assert len(result.cuts) == 4
    assert not result.notes


@pytest.mark.parametrize("strategy", [peeks_inside_its_bounds, peeks_past_the_end])
def test_orders_that_look_ahead_are_found_with_their_bar(strategy):
    (leak,) = orders(strategy).leaks
    assert leak.column.startswith("orders")
    assert leak.row % 7 == 0


def test_a_strategy_without_orders_is_not_called_proven_without_a_word():
    assert "no order was sent" in orders(idle).notes[0]


class Unprotected(SignalStrategy):
    def decide(self, bars):
        stop = np.where(np.arange(len(bars)) < 150, np.nan, 0.01)
        return Signals(np.ones(len(bars)), stop_distance=stop)


class Silent(SignalStrategy):
    def decide(self, bars):
        return Signals(np.zeros(len(bars)))


@pytest.mark.parametrize(
    ("cls", "note"), [(Unprotected, "150 of 300 decisions have no stop"), (Silent, "no decision at all")]
)
def test_what_is_odd_about_signals_is_noted(cls, note):
    source = StrategySource(cls.__name__, "signal", cls, Path("x.py"), "x.py", "")
    check = check_strategy(source, Configured(cls(), {}), Sample("test", {"EUR_USD": walk()}), OrdersOnly)
    assert check.proven
    assert note in check.results[0].notes[0]


class Unsaid(TargetStrategy):
    says: bool

    def decide(self, panel):
        return Targets(np.full((len(panel), len(panel.symbols)), 0.5 if self.says else np.nan))


@pytest.mark.parametrize(("says", "notes"), [(False, ("no decision at all on these bars",)), (True, ())])
def test_targets_that_say_nothing_are_noted(says, notes):
    source = StrategySource("Unsaid", "target", Unsaid, Path("x.py"), "x.py", "")
    check = check_strategy(source, Configured(Unsaid(says=says), {}), Sample("test", {"EUR_USD": walk()}), OrdersOnly)
    assert check.results[0].notes == notes


def test_signals_are_checked_for_each_instrument_and_targets_for_all_at_once():
    market = Sample("test", {"EUR_USD": walk(), "GBP_USD": walk("GBP_USD", seed=2)})
    for name, expected in (("RsiBracket", 2), ("MomentumPanel", 1)):
        source = find(name, Path("nowhere"))
        check = check_strategy(source, configure(source), market, OrdersOnly)
        assert check.proven
        assert len(check.results) == expected


def test_an_empty_master_has_nothing_to_offer():
    assert stored_bars(FakeSecurityMaster(), (), H1, 1) is None


def test_without_a_wish_the_first_instruments_held_are_taken():
    master = master_with(walk("GBP_USD"), walk("EUR_USD"), walk("USD_JPY"))
    assert list(stored_bars(master, (), H1, 2)) == ["EUR_USD", "GBP_USD"]
    bars = stored_bars(master, ("USD_JPY",), H1, 2)["USD_JPY"]
    np.testing.assert_array_equal(bars.close, walk("USD_JPY").close)


@pytest.mark.parametrize(("symbols", "timeframe"), [(("USD_CHF",), "H1"), ((), "D")])
def test_bars_that_are_not_held_are_named_beside_those_that_are(symbols, timeframe):
    with pytest.raises(NothingToCheckOn, match="It has EUR_USD H1"):
        stored_bars(master_with(walk()), symbols, Timeframe(timeframe), 1)


YEAR = 8_760 * 3_600 * 10**9


def later(symbol, rows, by=YEAR):
    bars = walk(symbol, rows)
    return replace(bars, time=bars.time + by, known_at=bars.known_at + by)


def vendors(market):
    return {symbol: bars.vendor for symbol, bars in market.items()}


def test_one_vendor_is_chosen_for_all_symbols_the_one_with_the_longest_time_in_common():
    """Each symbol's longest bars are of another vendor, and lie a year apart."""
    master = master_with(walk("EUR_USD", 900), later("GBP_USD", 80), vendor="apart")
    also(master, "both", walk("EUR_USD", 120), walk("GBP_USD", 150), walk("USD_JPY", 60))
    also(master, "short", walk("EUR_USD", 60), walk("GBP_USD", 60))
    market = stored_bars(master, ("EUR_USD", "GBP_USD"), H1, 2, together=True)
    assert vendors(market) == {"EUR_USD": "both", "GBP_USD": "both"}
    assert market["GBP_USD"].time[-1] == market["EUR_USD"].time[-1]
    assert list(stored_bars(master, (), H1, 3, together=True)) == ["EUR_USD", "GBP_USD", "USD_JPY"]


def test_a_vendor_that_is_named_is_taken_though_another_has_more():
    master = also(master_with(walk(rows=900)), "desk", walk(rows=60))
    assert vendors(stored_bars(master, ("EUR_USD",), H1, 1)) == {"EUR_USD": "somebody"}
    assert vendors(stored_bars(master, ("EUR_USD",), H1, 1, vendor="desk")) == {"EUR_USD": "desk"}
    with pytest.raises(NothingToCheckOn, match="EUR_USD of vendor nobody"):
        stored_bars(master, ("EUR_USD",), H1, 1, vendor="nobody")


def test_bars_without_a_common_time_are_refused_side_by_side_and_taken_one_by_one():
    master = also(master_with(walk("EUR_USD")), "desk", later("GBP_USD", 300))
    symbols = ("EUR_USD", "GBP_USD")
    with pytest.raises(
        NothingTogether, match=r"EUR_USD H1 \(somebody, ny17\): 2024.*; GBP_USD H1 \(desk, ny17\): 2025"
    ):
        stored_bars(master, symbols, H1, 2, together=True)
    assert vendors(stored_bars(master, symbols, H1, 2)) == {"EUR_USD": "somebody", "GBP_USD": "desk"}
