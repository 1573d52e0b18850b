from decimal import Decimal

import numpy as np
import pytest

from mbats.execution.costs import Spread, SpreadSource
from mbats.execution.order import Role
from mbats.ledger.account import keep_books
from mbats.ledger.cost_split import total
from mbats.ledger.journal import Kind
from mbats.ledger.liquidation import liquidated
from mbats.ledger.prices import Prices
from mbats.ledger.round_trips import round_trips
from mbats.ledger.terms import Account
from mbats.market.conversion import Conversion

DOLLARS = Account("USD", Decimal(10_000))


@pytest.fixture
def fold(make_bars):
    def fold(journal, bars=None, markup=0.005, spread=None):
        bars = bars or make_bars("EUR_USD", "2016-07-01 12:00", [1.10, 1.11, 1.12, 1.13, 1.12, 1.11])
        market = {bars.instrument.symbol: bars}
        prices = Prices(market, Conversion("USD", market), spread or Spread(), markup)
        marked = liquidated(journal, prices)
        return round_trips(marked, keep_books(marked, DOLLARS, markup), prices, marks=len(journal))

    return fold


def fill(time, units, price, pnl=0.0, **fields):
    return {
        "time": f"2016-07-01 {time}",
        "symbol": "EUR_USD",
        "money": "USD",
        "units": units,
        "price": price,
        "mid": price,
        "pnl": pnl,
        **fields,
    }


def test_profit_of_a_single_entry_and_exit_has_the_bits_of_the_fill(fold, make_journal):
    profit = 1_000.0 * (1.1300000000000001 - 1.1034567890123)
    journal = make_journal(fill("12:00", 1_000.0, 1.1034567890123), fill("14:00", -1_000.0, 1.1300000000000001, profit))
    trips = fold(journal)
    assert trips.pnl_quote.tolist() == [profit]
    assert trips.entry_price.tolist() == [1.1034567890123]
    assert trips.exit_price.tolist() == [1.1300000000000001]
    assert trips.bars_held.tolist() == [2]
    assert trips.net.tolist() == [26.5432]
    assert not trips.open[0]


def test_prices_of_several_entries_and_exits_are_averaged_by_units(fold, make_journal):
    journal = make_journal(
        fill("12:00", 1_000.0, 1.10),
        fill("13:00", 3_000.0, 1.12),
        fill("14:00", -2_000.0, 1.13, 30.0),
        fill("15:00", -2_000.0, 1.11, -10.0, role=Role.STOP_LOSS),
    )
    trips = fold(journal)
    assert trips.units.tolist() == [4_000]
    assert trips.entry_price[0] == pytest.approx(1.115)
    assert trips.exit_price[0] == pytest.approx(1.12)
    assert trips.exit_reason.tolist() == [Role.STOP_LOSS]
    assert trips.net.tolist() == [20.0]


def test_stop_and_target_at_entry_come_from_the_children(fold, make_journal):
    def order(number, **fields):
        return fill("12:00", 0.0, fields.pop("price", np.nan), kind=Kind.ORDER, order=number, **fields)

    journal = make_journal(
        order(1, stop=1.08, target=1.20),
        fill("12:00", 1_000.0, 1.10, order=1),
        order(2, parent=1, role=Role.STOP_LOSS, price=1.09),
        order(3, parent=1, role=Role.TAKE_PROFIT, price=1.12),
        order(4, parent=1, role=Role.STOP_LOSS, price=1.11),
        fill("14:00", -1_000.0, 1.12, 20.0, order=3, parent=1, role=Role.TAKE_PROFIT),
        order(5, stop=1.05, target=1.15),
        fill("15:00", -1_000.0, 1.10, order=5),
    )
    trips = fold(journal)
    assert trips.stop.tolist() == [1.09, 1.05]
    assert trips.target.tolist() == [1.12, 1.15]
    assert trips.exit_reason.tolist() == [Role.TAKE_PROFIT, -1]


def test_excursions_count_no_price_after_the_exit(fold, make_journal, make_bars):
    bars = make_bars(
        "EUR_USD",
        "2016-07-01 12:00",
        [1.10, 1.10, 1.10, 1.10],
        half_spread=0.001,
        highs=[1.11, 1.13, 1.19, 1.10],
        lows=[1.09, 1.08, 1.01, 1.10],
    )
    long = make_journal(fill("12:00", 1_000.0, 1.101), fill("14:00", -1_000.0, 1.121, 20.0))
    trips = fold(long, bars)
    # A long leaves on the bid, half a spread of 0.001 below mid.
    assert trips.mfe[0] == pytest.approx(1.129 - 1.101)
    assert trips.mae[0] == pytest.approx(1.101 - 1.079)
    assert trips.mfe_money[0] == pytest.approx(28.0)
    short = make_journal(fill("12:00", -1_000.0, 1.099), fill("14:00", 1_000.0, 1.121, -22.0))
    trips = fold(short, bars)
    assert trips.mfe[0] == pytest.approx(1.099 - 1.081)
    assert trips.mae[0] == pytest.approx(1.131 - 1.099)


def test_a_trip_inside_one_bar_knows_only_its_exit(fold, make_journal, make_bars):
    bars = make_bars("EUR_USD", "2016-07-01 12:00", [1.10, 1.10], highs=[1.2, 1.2], lows=[1.0, 1.0])
    trips = fold(make_journal(fill("12:00", 1_000.0, 1.10), fill("12:00", -1_000.0, 1.09, -10.0)), bars)
    assert (trips.bars_held[0], trips.mfe[0], trips.mae[0]) == (0, 0.0, pytest.approx(0.01))


def test_a_position_open_at_the_end_is_marked_at_the_bid(fold, make_journal, make_bars):
    bars = make_bars("EUR_USD", "2016-07-01 12:00", [1.10, 1.11, 1.12], half_spread=0.001)
    trips = fold(make_journal(fill("13:00", 1_000.0, 1.101, mid=1.10)), bars)
    assert trips.open.tolist() == [True]
    assert trips.exit_reason.tolist() == [-1]
    assert trips.exit_price.tolist() == [bars.bid.close[-1]]
    assert trips.net[0] == pytest.approx(18.0)
    assert trips.spread_cost[0] == pytest.approx(2.0)
    assert trips.bars_held.tolist() == [2]
    assert trips.mfe[0] == pytest.approx(0.018)


def test_a_fixed_spread_marks_half_of_it_below_mid(fold, make_journal):
    trips = fold(make_journal(fill("13:00", 1_000.0, 1.10)), spread=Spread(SpreadSource.FIXED, pips=2.0))
    assert trips.exit_price[0] == pytest.approx(1.11 - 0.0001)


def test_costs_are_split_and_gross_is_the_profit_at_mid(fold, make_journal, make_bars):
    bars = make_bars("EUR_GBP", "2016-07-01 12:00", [0.80] * 4)
    pounds = {"symbol": "EUR_GBP", "money": "GBP", "rate": 1.25}
    journal = make_journal(
        fill("12:00", 1_000.0, 0.8003, mid=0.80, slippage=0.0001, order=1, **pounds),
        fill("12:00", 0.0, np.nan, kind=Kind.FEE, amount=-0.4, order=1, **pounds),
        fill("13:00", 0.0, np.nan, kind=Kind.FINANCING, amount=-0.2, **pounds),
        fill("14:00", -1_000.0, 0.8098, 9.5, mid=0.81, order=2, **pounds),
        fill("14:00", 0.0, np.nan, kind=Kind.FEE, amount=-0.4, order=2, **pounds),
    )
    (split,) = _trips_of(journal, bars).exact
    assert split.gross == Decimal("12.5000")  # 1000 * (0.81 - 0.80) * 1.25
    assert split.spread == Decimal("0.5000")  # 1000 * (0.0002 + 0.0002) * 1.25
    assert split.slippage == Decimal("0.1250")
    assert split.commission == Decimal("1.0000")
    assert split.financing == Decimal("0.2500")
    assert split.conversion == Decimal("0.0594") + 2 * Decimal("0.0025") + Decimal("0.0012")
    assert split.net == split.gross - split.costs


def _trips_of(journal, bars):
    market = {bars.instrument.symbol: bars}
    prices = Prices(market, Conversion("USD", {}), Spread(), 0.005)
    return round_trips(journal, keep_books(journal, DOLLARS, 0.005), prices)


def test_a_reversals_fee_is_shared_by_units(fold, make_journal):
    journal = make_journal(
        fill("12:00", 1_000.0, 1.10, order=1),
        fill("13:00", -4_000.0, 1.11, 10.0, order=2),
        fill("13:00", 0.0, np.nan, kind=Kind.FEE, amount=-0.0003, order=2),
        fill("14:00", 3_000.0, 1.11, order=3),
    )
    trips = fold(journal)
    assert [split.commission for split in trips.exact] == [Decimal("0.0001"), Decimal("0.0002")]
    assert trips.side.tolist() == [1, -1]
    assert trips.pnl_quote.tolist() == [10.0, 0.0]
    assert [split.net for split in trips.exact] == [Decimal("9.9999"), Decimal("-0.0002")]


def test_fees_of_the_account_are_kept_apart_and_transfers_are_no_gain(fold, make_journal):
    journal = make_journal(
        {"time": "2016-07-01 12:00", "money": "USD", "kind": Kind.FEE, "amount": -9.0},
        {"time": "2016-07-01 12:00", "money": "USD", "kind": Kind.TRANSFER, "amount": 500.0},
        fill("12:00", 1_000.0, 1.10),
        fill("13:00", -1_000.0, 1.11, 10.0),
    )
    trips = fold(journal)
    assert trips.unattributed.net == -9
    assert total(trips.exact).net == 10


def test_no_trips(fold, make_journal):
    trips = fold(make_journal())
    assert len(trips) == 0
    assert trips.exact == ()
    assert trips.net.dtype == np.float64
