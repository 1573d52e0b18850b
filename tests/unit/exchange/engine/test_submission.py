import pytest

from fixtures.engine import ACCOUNT

LONG = "x" * 129
PENDING = {"type": "LIMIT", "units": "1000", "price": "1.09"}


@pytest.mark.parametrize(
    ("order", "reason"),
    [
        ({"units": "0"}, "UNITS_INVALID"),
        ({}, "UNITS_MISSING"),
        ({"units": "0.5"}, "UNITS_PRECISION_EXCEEDED"),
        ({"units": "100000001"}, "UNITS_LIMIT_EXCEEDED"),
        ({"units": "1", "timeInForce": "GTC"}, "TIME_IN_FORCE_INVALID"),
        ({"units": "1", "priceBound": "1.100001"}, "PRICE_BOUND_PRECISION_EXCEEDED"),
        ({"units": "1", "priceBound": "-1"}, "PRICE_BOUND_INVALID"),
        ({"units": "1", "clientExtensions": {"id": LONG}}, "CLIENT_ORDER_ID_INVALID"),
        ({"units": "1", "clientExtensions": {"tag": LONG}}, "CLIENT_ORDER_TAG_INVALID"),
        ({"units": "1", "tradeClientExtensions": {"comment": LONG}}, "CLIENT_TRADE_COMMENT_INVALID"),
        ({"units": "1", "stopLossOnFill": {"price": "1.100001"}}, "STOP_LOSS_ON_FILL_PRICE_PRECISION_EXCEEDED"),
        ({"units": "1", "stopLossOnFill": {}}, "STOP_LOSS_ON_FILL_PRICE_AND_DISTANCE_BOTH_MISSING"),
        (
            {"units": "1", "stopLossOnFill": {"price": "1.1", "distance": "0.1"}},
            "STOP_LOSS_ON_FILL_PRICE_AND_DISTANCE_BOTH_SPECIFIED",
        ),
        ({"units": "1", "stopLossOnFill": {"distance": "-1"}}, "STOP_LOSS_ON_FILL_DISTANCE_INVALID"),
        ({"units": "1", "takeProfitOnFill": {}}, "TAKE_PROFIT_ON_FILL_PRICE_MISSING"),
        (
            {"units": "1", "takeProfitOnFill": {"price": "1.2", "timeInForce": "IOC"}},
            "TAKE_PROFIT_ON_FILL_TIME_IN_FORCE_INVALID",
        ),
        (
            {"units": "1", "stopLossOnFill": {"price": "1", "timeInForce": "GTD"}},
            "STOP_LOSS_ON_FILL_GTD_TIMESTAMP_MISSING",
        ),
        ({"units": "1", "trailingStopLossOnFill": {}}, "TRAILING_STOP_LOSS_ON_FILL_PRICE_DISTANCE_MISSING"),
        (
            {"units": "1", "trailingStopLossOnFill": {"distance": "0.0004"}},
            "TRAILING_STOP_LOSS_ON_FILL_PRICE_DISTANCE_MINIMUM_NOT_MET",
        ),
        (
            {"units": "1", "trailingStopLossOnFill": {"distance": "2"}},
            "TRAILING_STOP_LOSS_ON_FILL_PRICE_DISTANCE_MAXIMUM_EXCEEDED",
        ),
        (
            {
                "units": "1",
                "stopLossOnFill": {"price": "1", "clientExtensions": {"id": "a"}},
                "takeProfitOnFill": {"price": "2", "clientExtensions": {"id": "a"}},
            },
            "ORDERS_ON_FILL_DUPLICATE_CLIENT_ORDER_IDS",
        ),
        ({"type": "LIMIT", "units": "1"}, "PRICE_MISSING"),
        ({"type": "LIMIT", "units": "1", "price": "0"}, "PRICE_INVALID"),
        ({"type": "STOP", "units": "1", "price": "1.100001"}, "PRICE_PRECISION_EXCEEDED"),
        ({**PENDING, "timeInForce": "GTD"}, "TIME_IN_FORCE_GTD_TIMESTAMP_MISSING"),
        ({**PENDING, "timeInForce": "GTD", "gtdTime": "1700000000"}, "TIME_IN_FORCE_GTD_TIMESTAMP_IN_PAST"),
        ({"type": "STOP_LOSS", "price": "1"}, "TRADE_ID_UNSPECIFIED"),
        ({"type": "TAKE_PROFIT", "price": "1", "tradeID": "77"}, "TRADE_DOESNT_EXIST"),
    ],
)
def test_a_refusal_is_a_transaction_whose_reason_is_the_error_code(desk, order, reason):
    order = {"type": "MARKET", "instrument": "EUR_USD"} | order
    reply = desk.exchange.submit(ACCOUNT, order)
    assert reply.status == 400
    assert reply.body["errorCode"] == reply.body["orderRejectTransaction"]["rejectReason"] == reason
    assert reply.body["orderRejectTransaction"]["type"] == f"{order['type']}_ORDER_REJECT"
    assert reply.body["lastTransactionID"] == "4", "it takes an id"
    assert reply.body["errorMessage"]
    assert not desk.book.orders


@pytest.mark.parametrize(
    ("order", "name"),
    [
        ({"instrument": "EUR_XXX"}, "order.instrument"),
        ({"type": "WISH"}, "order.type"),
        ({"units": "many"}, "order.units"),
        ({"units": True}, "order.units"),
        ({"units": "NaN"}, "order.units"),
        ({"units": "1e999"}, "order.units"),
        ({"timeInForce": "SOON"}, "order.timeInForce"),
        ({"stopLossOnFill": "1.09"}, "order.stopLossOnFill"),
        ({"stopLossOnFill": {"price": []}}, "order.stopLossOnFill.price"),
        ({"clientExtensions": {"id": {}}}, "order.clientExtensions.id"),
        ({"type": "LIMIT", "price": "1", "timeInForce": "GTD", "gtdTime": "noon"}, "order.gtdTime"),
    ],
)
def test_what_cannot_be_read_leaves_no_transaction(desk, order, name):
    reply = desk.exchange.submit(ACCOUNT, {"type": "MARKET", "instrument": "EUR_USD", "units": "1", **order})
    assert reply.status == 400
    assert reply.body["errorMessage"] == f"Invalid value specified for '{name}'"
    assert desk.exchange.last_transaction(ACCOUNT) == 3


def test_numbers_may_be_numbers_and_null_is_absent(desk):
    fill = desk.buy(10, price=None, stopLossOnFill={"price": 1.09, "distance": None}, replace=None)
    assert fill["units"] == 10


def test_a_client_id_belongs_to_one_pending_order_at_a_time(desk):
    first = desk.exchange.submit(ACCOUNT, {"instrument": "EUR_USD", **PENDING, "clientExtensions": {"id": "a"}})
    again = desk.exchange.submit(ACCOUNT, {"instrument": "EUR_USD", **PENDING, "clientExtensions": {"id": "a"}})
    assert (first.status, again.body["errorCode"]) == (201, "CLIENT_ORDER_ID_ALREADY_EXISTS")
    assert desk.exchange.order(ACCOUNT, "@a")["id"] == "4"
    desk.exchange.cancel(ACCOUNT, "@a")
    assert desk.exchange.order(ACCOUNT, "@a") is None, "only what waits is found by it"
    assert (
        desk.exchange.submit(ACCOUNT, {"instrument": "EUR_USD", **PENDING, "clientExtensions": {"id": "a"}}).status
        == 201
    )


def test_a_stop_sent_when_it_is_met_already_closes_at_once(desk):
    trade = desk.buy()["id"]
    body = desk.send("STOP_LOSS", tradeID=trade, price="1.10000").body
    assert body["orderFillTransaction"]["reason"] == "STOP_LOSS_ORDER"
    assert not desk.book.holds


def test_a_second_stop_of_a_trade_is_refused_and_a_losing_target_cancelled(desk):
    trade = desk.buy(stopLossOnFill={"price": "1.09"}, tradeClientExtensions={"id": "mine"})["id"]
    again = desk.send("STOP_LOSS", tradeID=trade, price="1.08")
    assert again.body["errorCode"] == "STOP_LOSS_ORDER_ALREADY_EXISTS"
    target = desk.send("TAKE_PROFIT", clientTradeID="mine", price="1.10000")
    assert target.body["orderCancelTransaction"]["reason"] == "LOSING_TAKE_PROFIT"
    assert desk.book.position("EUR_USD") == 1000
