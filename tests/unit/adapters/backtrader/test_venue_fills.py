"""The venue's rules on bars of which every answer is worked out by hand.

Mid prices are written down; the bid is 0.01 below and the ask 0.01 above. A signal at row t acts at row t + 1.
"""

import numpy as np
import pytest

from mbats.execution.costs import FREE, Commission, Costs, Spread, SpreadSource
from mbats.ledger.journal import Kind

FLAT = (10.0, 10.1, 9.9, 10.0)
BUY, SELL = {"side": [1]}, {"side": [-1]}


def test_a_long_enters_at_the_ask_and_leaves_at_the_bid(run, bars):
    told = run(bars([FLAT, FLAT, (10.2, 10.3, 10.1, 10.2)]), {"side": [1], "exit_long": [0, 1, 0]})
    assert told.fills == [("ENTRY", 1, 100.0, 10.01), ("EXIT", 2, -100.0, 10.19)]
    assert told.pnl == [0.0, 18.0]  # 100 * (10.19 - 10.01)
    assert [round(event.mid, 9) for event in told.of(Kind.FILL)] == [10.0, 10.2]


def test_a_short_enters_at_the_bid_and_leaves_at_the_ask(run, bars):
    told = run(bars([FLAT, FLAT, (9.8, 9.9, 9.7, 9.8)]), {"side": [-1], "exit_short": [0, 1, 0]})
    assert told.fills == [("ENTRY", 1, -100.0, 9.99), ("EXIT", 2, 100.0, 9.81)]
    assert told.pnl == [0.0, 18.0]


def test_a_stop_is_filled_at_its_price_when_the_bid_trades_through(run, bars):
    told = run(bars([FLAT, FLAT, (10.0, 10.1, 9.5, 9.6)]), BUY | {"stop_distance": 0.3})
    assert told.fills == [("ENTRY", 1, 100.0, 10.01), ("STOP_LOSS", 2, -100.0, 9.7)]
    assert told.pnl == [0.0, -31.0]


def test_a_gap_through_the_stop_is_filled_at_the_first_bid(run, bars):
    told = run(bars([FLAT, FLAT, (9.5, 9.6, 9.4, 9.5)]), BUY | {"stop_distance": 0.3})
    assert told.fills[-1] == ("STOP_LOSS", 2, -100.0, 9.49)


def test_a_gap_through_the_target_is_filled_better(run, bars):
    told = run(bars([FLAT, FLAT, (10.9, 11.0, 10.8, 10.9)]), BUY | {"stop_distance": 0.3, "target_distance": 0.5})
    assert told.fills[-1] == ("TAKE_PROFIT", 2, -100.0, 10.89)


def test_a_target_needs_the_bid_not_the_mid(run, bars):
    script = BUY | {"target_distance": 0.5}
    assert len(run(bars([FLAT, FLAT, (10.0, 10.5, 9.9, 10.2)]), script).fills) == 1  # bid high 10.49
    assert run(bars([FLAT, FLAT, (10.0, 10.51, 9.9, 10.2)]), script).fills[-1] == ("TAKE_PROFIT", 2, -100.0, 10.5)


def test_protective_orders_live_from_the_fill_in_the_same_bar(run, bars):
    told = run(bars([FLAT, (10.0, 10.1, 9.5, 9.6)]), BUY | {"stop_distance": 0.3})
    assert told.fills == [("ENTRY", 1, 100.0, 10.01), ("STOP_LOSS", 1, -100.0, 9.7)]


@pytest.mark.parametrize(
    ("bar", "role"),
    [
        ((10.0, 10.6, 9.6, 10.2), "STOP_LOSS"),  # closes above its open: low first
        ((10.0, 10.6, 9.6, 9.9), "TAKE_PROFIT"),  # closes below: high first
        ((10.0, 10.6, 9.6, 10.0), "STOP_LOSS"),  # unchanged counts as above
    ],
)
def test_where_both_are_touched_the_bars_path_decides(run, bars, bar, role):
    told = run(bars([FLAT, FLAT, bar]), BUY | {"stop_distance": 0.3, "target_distance": 0.5})
    assert [fill[0] for fill in told.fills] == ["ENTRY", role]
    assert told.reasons(Kind.CANCEL) == ["LINKED_TRADE_CLOSED"]


def test_a_gap_that_puts_the_stop_on_the_wrong_side_opens_no_trade(run, bars):
    told = run(bars([FLAT, (9.6, 9.8, 9.5, 9.7)]), BUY | {"stop_distance": 0.3})  # stop 9.7, bid 9.59
    assert told.fills == []
    assert told.reasons(Kind.CANCEL) == ["STOP_LOSS_ON_FILL_LOSS"]


def test_a_gap_beyond_the_target_opens_no_trade(run, bars):
    told = run(bars([FLAT, (10.6, 10.8, 10.5, 10.7)]), BUY | {"stop_distance": 0.3, "target_distance": 0.5})
    assert told.fills == []
    assert told.reasons(Kind.CANCEL) == ["TAKE_PROFIT_ON_FILL_LOSS"]


def test_distances_anchored_on_the_fill_count_from_there(run, bars):
    script = BUY | {"stop_distance": 0.3, "target_distance": 0.5, "anchor": "fill"}
    told = run(bars([FLAT, (9.6, 9.7, 9.5, 9.6), (9.6, 9.7, 9.2, 9.3)]), script)
    assert told.fills == [("ENTRY", 1, 100.0, 9.61), ("STOP_LOSS", 2, -100.0, 9.31)]
    stop, target = (event for event in told.of(Kind.ORDER) if event.parent)
    assert (round(stop.price, 9), round(target.price, 9)) == (9.31, 10.11)


def test_a_stop_inside_the_spread_is_on_the_wrong_side(run, bars):
    told = run(bars([FLAT, FLAT]), BUY | {"stop_distance": 0.02, "anchor": "fill"})  # 10.01 - 0.02 = 9.99 = bid
    assert told.reasons(Kind.CANCEL) == ["STOP_LOSS_ON_FILL_LOSS"]


def test_at_the_open_a_market_order_goes_before_a_stop(run, bars):
    script = BUY | {"stop_distance": 0.3, "exit_long": [0, 1, 0]}
    told = run(bars([FLAT, FLAT, (9.5, 9.6, 9.4, 9.5)]), script)
    assert told.fills[-1] == ("EXIT", 2, -100.0, 9.49)
    assert told.reasons(Kind.CANCEL) == ["LINKED_TRADE_CLOSED"]


def test_prices_are_rounded_to_the_tick_before_they_are_sent(run, bars):
    told = run(bars([FLAT, FLAT, (10.0, 10.1, 9.5, 9.6)]), BUY | {"stop_distance": 0.3049, "target_distance": 0.505})
    stop, target = (event for event in told.of(Kind.ORDER) if event.parent)
    assert (stop.price, target.price) == (9.7, 10.5)  # 9.6951 and 10.505, half to even
    assert told.fills[-1] == ("STOP_LOSS", 2, -100.0, 9.7)


def test_slippage_goes_against_the_trader_on_market_and_stop_fills_only(run, bars):
    costs = Costs("slipping", slippage_pips=1, conversion_markup=0.0)
    script = {"side": [1, 0, 0, 1], "stop_distance": 0.3, "target_distance": 0.5}
    rows = [FLAT, FLAT, (10.0, 10.1, 9.5, 9.6), FLAT, FLAT, (10.0, 10.9, 9.9, 10.8)]
    told = run(bars(rows), script, costs=costs)
    assert told.fills == [
        ("ENTRY", 1, 100.0, 10.02),
        ("STOP_LOSS", 2, -100.0, 9.69),
        ("ENTRY", 4, 100.0, 10.02),
        ("TAKE_PROFIT", 5, -100.0, 10.5),
    ]
    assert [event.slippage for event in told.of(Kind.FILL)] == [0.01, 0.01, 0.01, 0.0]


def test_commission_is_a_fee_row_of_each_fill(run, bars):
    costs = Costs("fees", commission=Commission(fraction=0.001, per_unit=0.01), conversion_markup=0.0)
    told = run(bars([FLAT, FLAT, FLAT]), {"side": [1], "exit_long": [0, 1, 0]}, costs=costs)
    fees = [round(event.amount, 9) for event in told.of(Kind.FEE)]
    assert fees == [-2.001, -1.999]  # 100 * 10.01 * 0.001 + 1, 100 * 9.99 * 0.001 + 1


@pytest.mark.parametrize(
    ("spread", "prices"),
    [(Spread(SpreadSource.FIXED, pips=4), [10.02, 9.98]), (Spread(SpreadSource.NONE), [10.0, 10.0])],
)
def test_a_stated_spread_replaces_the_quotes(run, bars, spread, prices):
    costs = Costs("stated", spread=spread, conversion_markup=0.0)
    market = bars([FLAT, FLAT, FLAT], spread=None)
    told = run(market, {"side": [1], "exit_long": [0, 1, 0]}, costs=costs)
    assert [fill[3] for fill in told.fills] == prices


def test_without_costs_everything_trades_at_mid_even_where_there_are_quotes(run, bars):
    told = run(bars([FLAT, FLAT, FLAT]), {"side": [1], "exit_long": [0, 1, 0]}, costs=FREE)
    assert told.pnl == [0.0, 0.0]


def test_no_bar_no_fill(run, bars):
    market = {
        "EUR_USD": bars([FLAT, (10.5, 10.6, 10.4, 10.5)], hours=[0, 3]),
        "GBP_USD": bars([FLAT] * 4, "GBP_USD"),
    }
    told = run(market, {"EUR_USD": BUY, "GBP_USD": {"side": []}})
    assert told.fills == [("ENTRY", 3, 100.0, 10.51)]


def test_the_future_does_not_change_the_past(run, bars):
    rng = np.random.default_rng(5)
    mid = np.round(10 + np.cumsum(rng.normal(0, 0.05, 80)), 2)
    rows = [(mid[t], max(mid[t], mid[t + 1]) + 0.05, min(mid[t], mid[t + 1]) - 0.05, mid[t + 1]) for t in range(79)]
    sides = rng.choice([-1, 0, 1], 79).tolist()
    script = {"side": sides, "stop_distance": 0.1, "target_distance": 0.2, "trailing_distance": 0.15}
    whole = list(run(bars(rows), script).journal)
    part = list(run(bars(rows[:50]), script | {"side": sides[:50]}).journal)
    assert [repr(event) for event in part] == [repr(event) for event in whole[: len(part)]]
