"""OANDA's log in neutral words. The shapes are those of docs and of recorded responses (facts marked R)."""

from decimal import Decimal

import pytest

from mbats.adapters.oanda.transactions import transaction, within
from mbats.adapters.oanda.wire import nanoseconds, rfc3339
from mbats.execution.broker import Kind, TradePart
from mbats.execution.order import OrderType, Reason, Role

TIME = "2016-11-08T14:12:41.123456789Z"
D = Decimal


def told(kind, **more):
    return transaction({"id": "6391", "time": TIME, "type": kind, "accountID": "101", "userID": 1, **more})


def test_a_market_order_of_ours_comes_back_with_its_id_and_role():
    raw = {"instrument": "EUR_USD", "units": "-100", "timeInForce": "FOK", "reason": "CLIENT_ORDER"}
    one = told("MARKET_ORDER", **raw, clientExtensions={"id": "mb-1-EUR_USD", "tag": "mbats:reversal"})
    assert (one.kind, one.id, one.order, one.time) == (Kind.ORDER, 6391, 6391, 1_478_614_361_123_456_789)
    assert (one.client_id, one.role, one.type, one.units) == (
        "mb-1-EUR_USD",
        Role.REVERSAL,
        OrderType.MARKET,
        D("-100"),
    )
    assert one.raw["timeInForce"] == "FOK"


@pytest.mark.parametrize(
    ("kind", "type_", "role"),
    [
        ("LIMIT_ORDER", OrderType.LIMIT, Role.ENTRY),
        ("STOP_ORDER", OrderType.STOP, Role.ENTRY),
        ("STOP_LOSS_ORDER", OrderType.STOP, Role.STOP_LOSS),
        ("TAKE_PROFIT_ORDER", OrderType.LIMIT, Role.TAKE_PROFIT),
        ("TRAILING_STOP_LOSS_ORDER", OrderType.TRAILING_STOP, Role.STOP_LOSS),
    ],
)
def test_a_protective_order_names_its_trade_and_what_it_replaces(kind, type_, role):
    one = told(kind, price="1.05000", distance="0.01000", tradeID="6383", replacesOrderID="6380", reason="ON_FILL")
    assert (one.kind, one.type, one.role) == (Kind.ORDER, type_, role)
    assert (one.trade, one.replaces, one.price, one.distance) == (6383, 6380, D("1.05000"), D("0.01000"))
    assert (one.units, one.why) == (0, Reason.NONE)


def test_closing_a_position_at_the_venue_is_an_exit_and_at_a_margin_call_a_closeout():
    assert told("MARKET_ORDER", reason="POSITION_CLOSEOUT").role is Role.EXIT
    assert told("MARKET_ORDER", reason="MARGIN_CLOSEOUT").role is Role.CLOSEOUT
    assert told("MARKET_ORDER", reason="CLIENT_ORDER", positionFill="REDUCE_ONLY").role is Role.EXIT
    closing = told("MARKET_ORDER", reason="TRADE_CLOSE", tradeClose={"tradeID": "2313", "units": "ALL"})
    assert (closing.role, closing.trade) == (Role.EXIT, 2313)


FILL = {
    "orderID": "6390",
    "clientOrderID": "mb-1",
    "instrument": "USD_JPY",
    "units": "-251",
    "price": "150.100",
    "pl": "-0.0337",
    "quotePL": "-5.0585",
    "financing": "0.0020",
    "commission": "0.0000",
    "accountBalance": "43650.7891",
    "gainQuoteHomeConversionFactor": "0.0066",
    "lossQuoteHomeConversionFactor": "0.0067",
    "halfSpreadCost": "0.0100",
    "reason": "MARKET_ORDER",
    "fullPrice": {
        "bids": [{"price": "150.100", "liquidity": "1"}, {"price": "150.000", "liquidity": "9"}],
        "asks": [{"price": "150.120", "liquidity": "1"}],
    },
}


def test_a_fill_closes_the_oldest_trades_and_their_units_keep_the_sign_of_the_trades():
    closed = [
        {"tradeID": "6383", "units": "-1", "realizedPL": "-0.0067", "financing": "0.0010", "clientTradeID": "mb-0"},
        {"tradeID": "6385", "units": "250", "realizedPL": "0.0066", "financing": "0.0010"},
    ]
    reduced = {"tradeID": "6386", "units": "-7", "realizedPL": "0.0000", "financing": "0.0000"}
    one = told("ORDER_FILL", **FILL, tradesClosed=closed, tradeReduced=reduced)
    assert (one.kind, one.order, one.client_id, one.units, one.price) == (
        *(Kind.FILL, 6390, "mb-1"),
        *(D("-251"), D("150.100")),
    )
    assert [(part.trade, part.units, part.client_id) for part in one.closed] == [
        (6383, D(1), "mb-0"),
        (6385, D(250), ""),
        (6386, D(7), ""),
    ]
    assert [part.pnl_quote for part in one.closed] == [D(-1), D(1), D(0)]
    assert (one.pnl, one.financing, one.half_spread_cost, one.balance) == (
        *(D("-0.0337"), D("0.0020")),
        *(D("0.0100"), D("43650.7891")),
    )
    assert (one.gain_rate, one.loss_rate, one.mid) == (D("0.0066"), D("0.0067"), D("150.110"))
    assert (one.opened, one.why) == (None, Reason.NONE)


def test_of_a_single_trade_the_venues_own_profit_in_quote_currency_counts():
    closed = [{"tradeID": "6383", "units": "-251", "realizedPL": "-0.0337", "financing": "0.0020"}]
    (part,) = told("ORDER_FILL", **FILL, tradesClosed=closed).closed
    assert part == TradePart(6383, D(251), D("-0.0337"), D("-5.0585"), D("0.0020"))


def test_a_fill_opens_a_trade_with_its_own_id_and_the_newer_names_of_rates_are_read_too():
    factors = {"gainQuoteHome": {"factor": "0.0066"}, "lossQuoteHome": {"factor": "0.0067"}}
    raw = {name: value for name, value in FILL.items() if "ConversionFactor" not in name}
    opened = {"tradeID": "6391", "units": "-251", "clientExtensions": {"id": "mb-1"}}
    one = told("ORDER_FILL", **raw, homeConversionFactors=factors, tradeOpened=opened)
    assert one.opened == TradePart(6391, D("-251"), client_id="mb-1")
    assert (one.gain_rate, one.loss_rate) == (D("0.0066"), D("0.0067"))


@pytest.mark.parametrize(
    ("reason", "type_", "role"),
    [
        ("MARKET_ORDER", OrderType.MARKET, Role.ENTRY),
        ("STOP_LOSS_ORDER", OrderType.STOP, Role.STOP_LOSS),
        ("TAKE_PROFIT_ORDER", OrderType.LIMIT, Role.TAKE_PROFIT),
        ("TRAILING_STOP_LOSS_ORDER", OrderType.TRAILING_STOP, Role.STOP_LOSS),
        ("MARKET_ORDER_TRADE_CLOSE", OrderType.MARKET, Role.EXIT),
        ("MARKET_ORDER_MARGIN_CLOSEOUT", OrderType.MARKET, Role.CLOSEOUT),
        ("SOMETHING_NEW", OrderType.MARKET, Role.ENTRY),
    ],
)
def test_a_fills_reason_tells_what_filled(reason, type_, role):
    one = told("ORDER_FILL", **FILL | {"reason": reason})
    assert (one.type, one.role, one.reason) == (type_, role, reason)


def test_a_cancel_tells_why_and_what_came_instead():
    one = told(
        "ORDER_CANCEL", orderID="2304", clientOrderID="my", reason="CLIENT_REQUEST_REPLACED", replacedByOrderID="9"
    )
    assert (one.kind, one.order, one.replaces, one.why, one.client_id) == (
        *(Kind.CANCEL, 2304, 9),
        *(Reason.REPLACED, "my"),
    )
    assert told("ORDER_CANCEL", reason="MARKET_HALTED").why is Reason.MARKET_HALTED
    assert told("ORDER_CANCEL", reason="BOUNDS_VIOLATION").why is Reason.NONE


def test_a_reject_is_no_order_but_has_its_facts_and_a_refused_cancel_rejects_no_order():
    one = told("LIMIT_ORDER_REJECT", price="1.123456", reason="CLIENT_ORDER", rejectReason="PRICE_PRECISION_EXCEEDED")
    assert (one.kind, one.type, one.reason, one.price) == (
        *(Kind.REJECT, OrderType.LIMIT),
        *("PRICE_PRECISION_EXCEEDED", D("1.123456")),
    )
    for spelling in ("UNITS_MINIMUM_NOT_MET", "UNITS_MIMIMUM_NOT_MET"):
        assert told("MARKET_ORDER_REJECT", rejectReason=spelling).why is Reason.SIZE_BELOW_LOT
    assert told("ORDER_CANCEL_REJECT", orderID="7", rejectReason="ORDER_DOESNT_EXIST").kind is Kind.OTHER


def test_money_that_moves_without_an_order():
    trades = [{"tradeID": "7", "financing": "-0.1000"}, {"tradeID": "9", "financing": "0.0300"}]
    night = told(
        "DAILY_FINANCING",
        financing="-0.0700",
        accountBalance="99999.9300",
        positionFinancings=[{"instrument": "EUR_USD", "financing": "-0.0700", "openTradeFinancings": trades}],
    )
    assert (night.kind, night.financing, night.amount) == (Kind.FINANCING, D("-0.0700"), D("-0.0700"))
    assert [(part.trade, part.financing) for part in night.closed] == [(7, D("-0.1000")), (9, D("0.0300"))]
    paid_in = told("TRANSFER_FUNDS", amount="100000.0000", accountBalance="100000.0000", fundingReason="CLIENT_FUNDING")
    assert (paid_in.kind, paid_in.amount, paid_in.balance) == (Kind.TRANSFER, D("100000.0000"), D("100000.0000"))
    assert told("MARGIN_CALL_ENTER").kind is Kind.MARGIN_CALL


def test_an_answer_holds_its_transactions_in_the_order_of_the_log():
    order = {"id": "1000", "time": TIME, "type": "MARKET_ORDER", "instrument": "EUR_USD", "units": "1"}
    fill = {"id": "999", "time": TIME, "type": "ORDER_FILL"}
    body = {"orderFillTransaction": order, "orderCreateTransaction": fill, "lastTransactionID": "1000"}
    assert [one.id for one in within(body)] == [999, 1000], "as numbers: as texts 1000 comes first"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2017-08-11T15:04:31.639182352Z", 1_502_463_871_639_182_352),
        ("2017-08-11T15:04:31.639182Z", 1_502_463_871_639_182_000),
        ("2017-08-11T15:04:31Z", 1_502_463_871_000_000_000),
        ("1502463871.639182352", 1_502_463_871_639_182_352),
        ("1502463871", 1_502_463_871_000_000_000),
        ("0", 0),
        ("never", 0),
        (None, 0),
    ],
)
def test_times_keep_nine_digits_in_both_forms(text, expected):
    assert nanoseconds(text) == expected


def test_a_time_is_written_as_it_is_read():
    assert rfc3339(1_502_463_871_639_182_352) == "2017-08-11T15:04:31.639182352Z"
