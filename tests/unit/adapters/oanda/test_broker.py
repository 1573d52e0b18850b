"""Instructions as bodies, answers as fates, and a log without gaps."""

import asyncio
from decimal import Decimal

import httpx
import pytest

from fakes.bars import bars
from fakes.market import hourly
from mbats.adapters.oanda.broker import OandaBroker
from mbats.adapters.oanda.instruments import Instruments
from mbats.errors.broker import LogIncomplete, MalformedAnswer, VenueUnreachable, WrongToken
from mbats.execution.broker import Cancel, Fate, Kind, Protect, Submit
from mbats.execution.order import OrderType, Reason, Role

D = Decimal
TIME = "2024-01-10T12:00:00.000000000Z"


@pytest.fixture
def broker(client, server):
    for one in (bars(), hourly("USD_JPY", [150.0, 150.1])):
        server.bars[one.instrument.symbol, "H1"] = one
    return OandaBroker(client, Instruments(client))


def sent(broker, server, instruction):
    reply = asyncio.run(broker.send(instruction))
    return reply, server.asked[-1]


def row(number, kind="CLIENT_CONFIGURE", **more):
    return {"id": str(number), "time": TIME, "type": kind, **more}


def test_an_entry_with_its_bracket_is_one_request(broker, server):
    entry = Submit("mb-1", "USD_JPY", D("-1000"), stop=D("151.2345"), target=D("148"), role=Role.ENTRY)
    _, (method, path, _, body) = sent(broker, server, entry)
    extensions = {"id": "mb-1", "tag": "mbats:entry"}
    assert (method, path) == ("POST", "/orders")
    assert body == {
        "order": {
            "type": "MARKET",
            "instrument": "USD_JPY",
            "units": "-1000",
            "timeInForce": "FOK",
            "positionFill": "DEFAULT",
            "clientExtensions": extensions,
            "tradeClientExtensions": extensions,
            "stopLossOnFill": {
                "price": "151.234",
                "timeInForce": "GTC",
                "clientExtensions": {"id": "mb-1.stop", "tag": "mbats:stop_loss"},
            },
            "takeProfitOnFill": {
                "price": "148.000",
                "timeInForce": "GTC",
                "clientExtensions": {"id": "mb-1.target", "tag": "mbats:take_profit"},
            },
        }
    }


def test_distances_count_from_the_fill_and_a_trailing_stop_is_a_child_of_its_own(broker, server):
    entry = Submit(
        *("mb-2", "EUR_USD", D(5)), stop_distance=D("0.0012"), target_distance=D("0.002"), trailing=D("0.00151")
    )
    order = sent(broker, server, entry)[1][3]["order"]
    assert order["stopLossOnFill"]["distance"] == "0.00120"
    assert order["takeProfitOnFill"]["distance"] == "0.00200"
    assert order["trailingStopLossOnFill"]["distance"] == "0.00151"
    ids = {order[name]["clientExtensions"]["id"] for name in order if name.endswith("OnFill")}
    assert len(ids) == 3, "a venue may refuse one id on two waiting orders"


def test_a_waiting_order_and_an_order_that_only_reduces(broker, server):
    lapse = 1_704_891_600_000_000_000
    waiting = Submit("a", "EUR_USD", D("1E+3"), OrderType.LIMIT, price=D("1.1"), valid_until=lapse)
    order = sent(broker, server, waiting)[1][3]["order"]
    assert (order["type"], order["units"], order["price"]) == ("LIMIT", "1000", "1.10000")
    assert (order["timeInForce"], order["gtdTime"]) == ("GTD", "2024-01-10T13:00:00.000000000Z")
    stop = sent(broker, server, Submit("a", "EUR_USD", D(1), OrderType.STOP, price=D("1.1")))[1][3]["order"]
    assert (stop["type"], stop["timeInForce"]) == ("STOP", "GTC")
    reducing = Submit("b", "EUR_USD", D("-7.9"), reduce_only=True, role=Role.EXIT)
    order = sent(broker, server, reducing)[1][3]["order"]
    assert (order["positionFill"], order["units"]) == ("REDUCE_ONLY", "-7")
    assert "tradeClientExtensions" not in order


def test_protection_names_only_what_changes(broker, server):
    _, (method, path, _, body) = sent(broker, server, Protect("p-1", "EUR_USD", 17, stop=D("1.081")))
    assert (method, path, list(body)) == ("PUT", "/trades/17/orders", ["stopLoss"])
    assert (body["stopLoss"]["price"], body["stopLoss"]["clientExtensions"]["id"]) == ("1.08100", "p-1.stop")
    _, (method, path, _, _) = sent(broker, server, Cancel("c-1", "EUR_USD", 12))
    assert (method, path) == ("PUT", "/orders/12/cancel")


def test_taken_but_cancelled_at_once_is_done_and_says_why(broker, server):
    create = row(5, "MARKET_ORDER", instrument="EUR_USD", units="1")
    cancel = row(6, "ORDER_CANCEL", orderID="5", reason="MARKET_HALTED")
    body = {"orderCreateTransaction": create, "orderCancelTransaction": cancel, "lastTransactionID": "6"}
    server.answers["/orders"] = [httpx.Response(201, json=body)]
    reply, _ = sent(broker, server, Submit("a", "EUR_USD", D(1)))
    assert (reply.fate, reply.reason) == (Fate.DONE, "MARKET_HALTED")
    assert [one.kind for one in reply.transactions] == [Kind.ORDER, Kind.CANCEL]
    assert reply.transactions[1].why is Reason.MARKET_HALTED


@pytest.mark.parametrize("code", ["UNITS_PRECISION_EXCEEDED", "PRICE_PRECISION_EXCEEDED", "INSUFFICIENT_MARGIN"])
def test_a_reject_is_definite_and_names_its_reason(broker, server, code):
    reject = row(5, "MARKET_ORDER_REJECT", instrument="EUR_USD", rejectReason=code)
    body = {"orderRejectTransaction": reject, "errorCode": code, "errorMessage": "The units specified ..."}
    server.answers["/orders"] = [httpx.Response(400, json=body)]
    reply, _ = sent(broker, server, Submit("a", "EUR_USD", D(1)))
    assert (reply.fate, reply.reason, reply.message) == (Fate.REFUSED, code, "The units specified ...")
    assert [one.kind for one in reply.transactions] == [Kind.REJECT]


def test_what_the_venue_does_not_offer_is_refused_in_its_own_words(broker, server):
    said = {"errorMessage": "Invalid value specified for 'order.instrument'", "errorCode": "InvalidParameter"}
    server.answers["/orders"] = [httpx.Response(400, json=said)]
    reply, (_, _, _, body) = sent(broker, server, Submit("a", "EUR_XYZ", D("1.5"), stop=D("1.123456")))
    assert (reply.fate, reply.reason, reply.transactions) == (Fate.REFUSED, "InvalidParameter", ())
    assert body["order"]["units"] == "1.5"
    trailing = Submit("a", "EUR_USD", D(1), OrderType.TRAILING_STOP)
    assert asyncio.run(broker.send(trailing)).fate is Fate.REFUSED


def test_without_a_network_nothing_was_sent_and_a_wrong_token_is_raised(broker, server):
    server.answers["/instruments"] = [httpx.ConnectError("down")] * 4
    reply = asyncio.run(broker.send(Submit("a", "EUR_USD", D(1))))
    assert reply.fate is Fate.NOT_SENT
    assert {path for _, path, _, _ in server.asked} == {"/instruments"}
    server.answers["/orders"] = [httpx.Response(401, json={})]
    with pytest.raises(WrongToken):
        asyncio.run(broker.send(Submit("a", "EUR_USD", D(1))))


def test_the_log_has_no_gaps_and_counts_by_number(broker, server):
    server.log = [row(number) for number in range(1, 1_011)]
    assert [one.id for one in asyncio.run(broker.transactions(998))] == list(range(999, 1_011))
    assert asyncio.run(broker.transactions(1_010)) == []


def test_a_cut_answer_and_a_hole_in_it_are_asked_for_again(broker, server):
    server.log = [row(number) for number in range(1, 1_301)]
    some = [row(number) for number in range(1, 101) if number != 50]
    server.answers["/transactions/sinceid"] = [
        httpx.Response(200, json={"transactions": some, "lastTransactionID": "1300"})
    ]
    assert [one.id for one in asyncio.run(broker.transactions(0))] == list(range(1, 1_301))


def test_a_log_with_a_hole_for_good_stops_everything(broker, server):
    server.log = [row(1), row(3)]
    with pytest.raises(LogIncomplete, match="2 is missing"):
        asyncio.run(broker.transactions(0))


def test_an_answer_that_is_no_log_and_no_account_is_an_error(broker, server):
    server.answers["/transactions/sinceid"] = [httpx.Response(200, json={"transactions": "none"})]
    with pytest.raises(MalformedAnswer):
        asyncio.run(broker.transactions(0))
    server.answers["/"] = [httpx.Response(200, json={"account": {"id": "1"}})]
    with pytest.raises(MalformedAnswer, match="orders"):
        asyncio.run(broker.state())
    server.answers["/"] = [httpx.ConnectError("down")] * 4
    with pytest.raises(VenueUnreachable):
        asyncio.run(broker.state())


def test_an_account_shows_what_protects_its_trades(broker, server):
    trade = {
        "id": "7",
        "instrument": "EUR_USD",
        "price": "1.10000",
        "openTime": TIME,
        "currentUnits": "-5",
        "unrealizedPL": "-1.2000",
        "clientExtensions": {"id": "mb-7"},
        "stopLossOrderID": "9",
        "trailingStopLossOrderID": "10",
    }
    orders = [
        {"id": "9", "type": "STOP_LOSS", "tradeID": "7", "price": "1.12000", "clientExtensions": {"id": "mb-7.stop"}},
        {"id": "10", "type": "TRAILING_STOP_LOSS", "tradeID": "7", "distance": "0.01000"},
        {"id": "11", "type": "LIMIT", "instrument": "EUR_USD", "units": "3", "price": "1.05000"},
    ]
    money = {"balance": "100.0000", "NAV": "98.8000", "marginUsed": "2.0000", "marginAvailable": "96.8000"}
    account = {
        **{"id": "101", "currency": "USD", "marginCloseoutPercent": "0.01000", "lastTransactionID": "11"},
        **{"hedgingEnabled": False, "trades": [trade], "orders": orders, **money},
    }
    server.answers["/"] = [httpx.Response(200, json={"account": account, "lastTransactionID": "11"})]
    state = asyncio.run(broker.state())
    assert (state.nav, state.last_transaction, state.hedging) == (D("98.8000"), 11, False)
    (held,) = state.trades
    assert (held.units, held.stop, held.target, held.trailing) == (D(-5), D("1.12000"), None, D("0.01000"))
    assert (held.client_id, held.opened_at) == ("mb-7", 1_704_888_000_000_000_000)
    assert [(order.id, order.type, order.units, order.trade) for order in state.orders] == [
        (9, OrderType.STOP, D(5), 7),
        (10, OrderType.TRAILING_STOP, D(5), 7),
        (11, OrderType.LIMIT, D(3), 0),
    ]
    embedded = trade | {"takeProfitOrder": {"id": "12", "type": "TAKE_PROFIT", "price": "1.00000"}}
    server.answers["/"] = [httpx.Response(200, json={"account": account | {"trades": [embedded]}})]
    assert asyncio.run(broker.state()).trades[0].target == D("1.00000")
