from dataclasses import replace
from decimal import Decimal

import pytest

from fixtures.engine import ACCOUNT, MINUTE, Desk
from mbats.exchange.moment import Moment
from mbats.exchange.terms import Terms
from mbats.market.catalogue import fx_pair

HOUR = 60 * MINUTE
DAY_END = int(Moment.parse("2024-03-04T22:00:00Z"))  # 17:00 in New York, before its clocks change


def test_orders_expire_at_their_own_moment_inside_a_glide(desk):
    """At half past the ask has come from 1.1001 to 1.0971."""
    for price in ("1.0960", "1.0980"):
        desk.send("LIMIT", units="1000", price=price, timeInForce="GTD", gtdTime="2024-03-04T10:30:00Z")
    desk.glide(60, EUR_USD="1.09400/1.09410")
    assert desk.log()[2:] == ["ORDER_FILL LIMIT_ORDER", "ORDER_CANCEL TIME_IN_FORCE_EXPIRED"]
    assert str(desk.fills[0]["price"]) == "1.09800"
    assert desk.last["orderID"] == "4"
    assert desk.last["time"].rfc3339() == "2024-03-04T10:30:00.000000000Z"


def test_a_tick_at_the_moment_of_expiry_comes_too_late(desk):
    desk.send("LIMIT", units="1000", price="1.0950", timeInForce="GTD", gtdTime="2024-03-04T10:30:00Z")
    desk.tick(30, EUR_USD="1.09000/1.09010")
    assert desk.log()[1:] == ["ORDER_CANCEL TIME_IN_FORCE_EXPIRED"]


def test_good_for_day_ends_at_five_in_new_york(desk):
    desk.send("LIMIT", units="1000", price="1.0950", timeInForce="GFD")
    desk.exchange.advance(DAY_END - 1)
    assert desk.book.pending
    desk.exchange.advance(DAY_END)
    assert desk.last["time"] == DAY_END
    assert not desk.book.pending


def test_financing_is_charged_by_trade_at_five_in_new_york(desk):
    """365 days of -3.65 % and +0.73 %: a day of 10,000 EUR long costs 1 EUR, short brings 0.2."""
    long = desk.buy("10000")["id"]
    short = desk.buy("-20000", instrument="GBP_USD")["id"]
    desk.exchange.advance(DAY_END)
    charged = desk.last
    assert (charged["type"], charged["time"]) == ("DAILY_FINANCING", DAY_END)
    parts = {part["instrument"]: part["openTradeFinancings"][0] for part in charged["positionFinancings"]}
    assert (parts["EUR_USD"]["tradeID"], parts["EUR_USD"]["financing"]) == (long, Decimal("-1.1000"))
    assert (parts["GBP_USD"]["tradeID"], parts["GBP_USD"]["financing"]) == (short, Decimal("0.5080"))
    assert charged["financing"] == Decimal("-0.5920")
    assert desk.book.balance == charged["accountBalance"] == Decimal("99999.4080")
    assert desk.exchange.trade(ACCOUNT, long)["financing"] == Decimal("-1.1000")
    assert desk.exchange.position(ACCOUNT, "EUR_USD")["financing"] == Decimal("-1.1000")


def test_wednesday_counts_three_days_and_a_weekend_none(desk):
    desk.buy("10000")
    desk.exchange.advance(DAY_END + 6 * 24 * HOUR)
    charges = [
        one["financing"] / Decimal("-1.10005") for one in desk.book.transactions if one["type"] == "DAILY_FINANCING"
    ]
    assert [round(days) for days in charges] == [1, 1, 3, 1, 1]


def test_a_venues_own_days_win(desk):
    terms = replace(desk.terms[0], days_of_week={0: 7})
    desk.exchange.market.terms["EUR_USD"] = terms
    desk.buy("10000")
    desk.exchange.advance(DAY_END + 24 * HOUR)
    charges = [one["financing"] for one in desk.book.transactions if one["type"] == "DAILY_FINANCING"]
    assert charges == [Decimal("-7.7004")]
    days = terms.record()["financing"]["financingDaysOfWeek"]
    assert [day["daysCharged"] for day in days] == [7, 0, 0, 0, 0, 0, 0]


def test_what_fills_at_the_first_price_of_a_day_was_not_held_over_the_end_of_the_last(desk):
    desk.send("STOP", units="10000", price="1.12000")
    desk.exchange.tick(DAY_END, {"EUR_USD": (Decimal("1.13"), Decimal("1.131"))})
    desk.exchange.advance(DAY_END)
    assert desk.log()[1:] == ["ORDER_FILL STOP_ORDER"]


def test_a_tick_at_the_end_of_a_day_comes_before_its_financing(desk):
    desk.buy("10000")
    desk.exchange.tick(DAY_END, {"EUR_USD": (Decimal("1.2"), Decimal("1.2"))})
    assert desk.last["financing"] == Decimal("-1.2000")


def test_the_end_of_a_day_inside_a_glide_is_charged_at_its_prices(desk):
    desk.exchange.advance(DAY_END - HOUR)
    desk.buy("10000")
    desk.glide(120, EUR_USD="1.30000/1.30010")
    assert desk.last["time"] == DAY_END
    assert desk.last["financing"] == Decimal("-1.2000")


def test_all_positions_are_closed_when_half_of_the_margin_is_all_that_is_left():
    desk = Desk(("EUR_USD", "GBP_USD"), cash="1000")
    desk.tick(EUR_USD="1.00000/1.00000", GBP_USD="1.00000/1.00000")
    desk.buy("40000", stopLossOnFill={"price": "0.5"})
    desk.buy("-1000", instrument="GBP_USD")
    desk.tick(1, EUR_USD="0.98536/0.98536")
    assert desk.book.holds, "414.4 of NAV against 808.288 of margin used"
    assert desk.exchange.summary(ACCOUNT)["marginCloseoutPercent"] == Decimal("0.97525")
    desk.tick(1, EUR_USD="0.98500/0.98500")
    assert desk.log()[-5:] == [
        "MARKET_ORDER MARGIN_CLOSEOUT",
        "ORDER_FILL MARKET_ORDER_MARGIN_CLOSEOUT",
        "ORDER_CANCEL LINKED_TRADE_CLOSED",
        "MARKET_ORDER MARGIN_CLOSEOUT",
        "ORDER_FILL MARKET_ORDER_MARGIN_CLOSEOUT",
    ]
    assert desk.book.balance == 400


def test_a_halted_position_waits_for_its_closeout():
    desk = Desk(("EUR_USD",), cash="1000")
    desk.tick(EUR_USD="1.00000/1.00000")
    desk.buy("40000")
    desk.exchange.halt(["EUR_USD"])
    desk.tick(1, EUR_USD="0.90000/0.90000")
    assert desk.book.holds
    desk.exchange.resume(["EUR_USD"])
    assert not desk.book.holds
    assert desk.book.balance == -3000


def test_time_does_not_go_back(desk):
    with pytest.raises(ValueError, match="back"):
        desk.tick(-1, EUR_USD="1.10000/1.10010")
    with pytest.raises(ValueError, match="back"):
        desk.exchange.advance(desk.exchange.time - 1)


def test_terms_follow_the_instrument():
    row = Terms.of(fx_pair("USD_JPY")).record()
    assert (row["pipLocation"], row["displayPrecision"], row["tradeUnitsPrecision"]) == (-2, 3, 0)
    assert str(row["minimumTrailingStopDistance"]) == "0.050"
    assert [day["daysCharged"] for day in row["financing"]["financingDaysOfWeek"]] == [1, 1, 3, 1, 1, 0, 0]
