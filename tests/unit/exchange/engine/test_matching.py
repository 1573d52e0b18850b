from decimal import Decimal

import pytest

from fixtures.engine import ACCOUNT, MINUTE, MONDAY


def test_a_stop_meets_its_level_on_the_way_and_the_first_price_after_a_gap(desk):
    desk.buy(stopLossOnFill={"price": "1.0950"})
    desk.buy(stopLossOnFill={"price": "1.0900"})
    desk.glide(60, EUR_USD="1.09400/1.09410")
    desk.tick(60, EUR_USD="1.08000/1.08010")
    assert [(fill["reason"], str(fill["price"])) for fill in desk.fills[2:]] == [
        ("STOP_LOSS_ORDER", "1.09500"),
        ("STOP_LOSS_ORDER", "1.08000"),
    ]
    assert [fill["time"] for fill in desk.fills[2:]] == [MONDAY + 50 * MINUTE, MONDAY + 120 * MINUTE]


def test_a_limit_is_filled_at_its_level_or_better(desk):
    desk.send("LIMIT", units="1000", price="1.0990")
    desk.glide(60, EUR_USD="1.09700/1.09710")
    desk.send("LIMIT", units="1000", price="1.0960")
    desk.tick(60, EUR_USD="1.09000/1.09010")
    at_once = desk.send("LIMIT", units="1000", price="1.2").body["orderFillTransaction"]
    assert [str(fill["price"]) for fill in desk.fills] == ["1.09900", "1.09010", "1.09010"]
    assert at_once["reason"] == "LIMIT_ORDER"


def test_exits_of_a_long_meet_the_bid_and_of_a_short_the_ask(desk):
    desk.buy("1000", takeProfitOnFill={"price": "1.10500"})
    desk.tick(1, EUR_USD="1.10495/1.10505")
    assert len(desk.fills) == 1
    desk.tick(1, EUR_USD="1.10500/1.10510")
    assert desk.fills[1]["price"] == Decimal("1.10500")
    desk.buy("-1000", stopLossOnFill={"price": "1.10520"})
    desk.tick(1, EUR_USD="1.10509/1.10519")
    assert len(desk.fills) == 3
    desk.tick(1, EUR_USD="1.10510/1.10520")
    assert desk.fills[3]["price"] == Decimal("1.10520")


def test_children_live_from_the_fill_on_within_the_same_glide(desk):
    desk.send("STOP", units="1000", price="1.10500", takeProfitOnFill={"distance": "0.00100"})
    desk.glide(60, EUR_USD="1.11000/1.11010")
    assert [(fill["reason"], str(fill["price"])) for fill in desk.fills] == [
        ("STOP_ORDER", "1.10500"),
        ("TAKE_PROFIT_ORDER", "1.10600"),
    ]
    assert desk.fills[0]["time"] < desk.fills[1]["time"] < desk.exchange.time


def test_a_stop_on_the_wrong_side_after_a_gap_cancels_the_entry_when_it_is_met(desk):
    desk.send("STOP", units="1000", price="1.10500", takeProfitOnFill={"price": "1.11000"})
    desk.tick(60, EUR_USD="1.12000/1.12010")
    assert desk.log()[1:] == ["ORDER_CANCEL TAKE_PROFIT_ON_FILL_LOSS"]
    assert not desk.book.holds


def test_at_one_point_stops_come_before_limits_and_then_the_older(desk):
    desk.send("LIMIT", units="-1000", price="1.10500")
    desk.send("STOP", units="1000", price="1.10400")
    desk.send("STOP", units="1000", price="1.10300")
    desk.tick(1, EUR_USD="1.10600/1.10610")
    assert [fill["orderID"] for fill in desk.fills] == ["5", "6", "4"]


def test_instruments_are_met_in_the_order_of_time(desk):
    desk.send("STOP", "GBP_USD", units="1000", price="1.27100")
    desk.send("STOP", "EUR_USD", units="1000", price="1.10020")
    desk.glide(60, GBP_USD="1.28000/1.28020", EUR_USD="1.11000/1.11010")
    assert [fill["instrument"] for fill in desk.fills] == ["EUR_USD", "GBP_USD"]
    assert desk.fills[0]["fullPrice"]["closeoutAsk"] == Decimal("1.10020")


def test_a_trailing_stop_follows_inside_the_glide_and_only_closer(desk):
    desk.buy(trailingStopLossOnFill={"distance": "0.0030"})
    assert _trailing(desk) == Decimal("1.09700"), "it counts from the price to leave by"
    desk.glide(20, EUR_USD="1.10500/1.10510")
    assert _trailing(desk) == Decimal("1.10200")
    desk.glide(20, EUR_USD="1.10300/1.10310")
    assert _trailing(desk) == Decimal("1.10200")
    desk.glide(20, EUR_USD="1.10100/1.10110")
    assert (desk.fills[1]["reason"], str(desk.fills[1]["price"])) == ("TRAILING_STOP_LOSS_ORDER", "1.10200")


def test_a_trailing_stop_of_a_short_falls_with_the_ask(desk):
    desk.buy("-1000", trailingStopLossOnFill={"distance": "0.0030"})
    desk.tick(20, EUR_USD="1.09490/1.09500")
    assert _trailing(desk) == Decimal("1.09800")
    desk.tick(20, EUR_USD="1.09890/1.09900")
    assert desk.fills[1]["price"] == Decimal("1.09900")


@pytest.mark.parametrize(
    ("trigger", "quote", "met"),
    [
        ("DEFAULT", "1.10190/1.10200", True),
        ("BID", "1.10190/1.10200", False),
        ("INVERSE", "1.10200/1.10210", True),
        ("MID", "1.10194/1.10204", False),
        ("MID", "1.10195/1.10205", True),
    ],
)
def test_a_trigger_condition_says_which_price_counts(desk, trigger, quote, met):
    desk.send("STOP", units="1000", price="1.10200", triggerCondition=trigger)
    desk.tick(1, EUR_USD=quote)
    assert bool(desk.fills) is met
    assert not met or str(desk.fills[0]["price"]) == quote[8:], "it still buys at the ask"


def test_if_touched_waits_from_either_side(desk):
    desk.send("MARKET_IF_TOUCHED", units="1000", price="1.10500")
    desk.send("MARKET_IF_TOUCHED", units="1000", price="1.09500")
    desk.glide(30, EUR_USD="1.10600/1.10610")
    desk.glide(30, EUR_USD="1.09400/1.09410")
    assert [str(fill["price"]) for fill in desk.fills] == ["1.10500", "1.09500"]


def test_an_order_beyond_its_bound_is_cancelled_when_met(desk):
    desk.send("STOP", units="1000", price="1.10200", priceBound="1.10300")
    desk.tick(1, EUR_USD="1.10300/1.10310")
    assert desk.log()[1:] == ["ORDER_CANCEL BOUNDS_VIOLATION"]


def test_immediate_orders_do_not_wait(desk):
    body = desk.send("LIMIT", units="1000", price="1.09", timeInForce="FOK").body
    assert body["orderCancelTransaction"]["reason"] == "TIME_IN_FORCE_EXPIRED"


def test_a_halt_refuses_market_orders_and_lets_others_wait_for_the_first_price_after_it(desk):
    trade = desk.buy(stopLossOnFill={"price": "1.0950"})["id"]
    desk.exchange.halt(["EUR_USD"])
    assert not desk.exchange.quote("EUR_USD").tradeable
    assert desk.send(units="1000").body["orderCancelTransaction"]["reason"] == "MARKET_HALTED"
    closing = desk.exchange.close_trade(ACCOUNT, trade, {})
    assert (closing.status, closing.body["orderCancelTransaction"]["reason"]) == (200, "MARKET_HALTED")
    desk.glide(60, EUR_USD="1.09000/1.09010")
    assert len(desk.fills) == 1
    desk.exchange.resume(["EUR_USD"])
    assert str(desk.fills[1]["price"]) == "1.09000"


def test_an_instrument_without_a_price_is_halted(desk):
    desk.exchange.market.quotes.pop("EUR_GBP")
    body = desk.send(instrument="EUR_GBP", units="1000").body
    assert body["orderCancelTransaction"]["reason"] == "MARKET_HALTED"


def test_a_glide_in_parts_makes_the_fills_of_a_glide_in_one(desk):
    desk.send("STOP", units="1000", price="1.10500", stopLossOnFill={"distance": "0.00200"})
    for minutes, price in ((17, "1.10340/1.10350"), (43, "1.11200/1.11210"), (60, "1.10000/1.10010")):
        desk.glide(minutes, EUR_USD=price)
    assert [str(fill["price"]) for fill in desk.fills] == ["1.10500", "1.10300"]


def _trailing(desk):
    return desk.exchange.pending_orders(ACCOUNT)[0]["trailingStopValue"]
