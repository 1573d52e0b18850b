from decimal import Decimal

from fixtures.engine import ACCOUNT

LIMIT = {"type": "LIMIT", "instrument": "EUR_USD", "units": "1000", "price": "1.09", "clientExtensions": {"id": "a"}}


def test_a_cancel_is_a_transaction_and_a_second_one_is_refused(desk):
    desk.exchange.submit(ACCOUNT, LIMIT)
    reply = desk.exchange.cancel(ACCOUNT, "4")
    assert (reply.status, reply.body["orderCancelTransaction"]["reason"]) == (200, "CLIENT_REQUEST")
    assert reply.body["orderCancelTransaction"]["clientOrderID"] == "a"
    for specifier in ("4", "99", "@a", "words"):
        again = desk.exchange.cancel(ACCOUNT, specifier)
        assert (again.status, again.body["errorCode"]) == (404, "ORDER_DOESNT_EXIST")
        assert again.body["orderCancelRejectTransaction"]["type"] == "ORDER_CANCEL_REJECT"
        assert again.body["errorMessage"] == "The Order specified does not exist"


def test_what_is_not_there_is_named_by_an_id_all_the_same(desk):
    """Typed clients of the log read an id in every transaction that speaks of an order or a trade."""
    desk.exchange.submit(ACCOUNT, LIMIT)
    desk.exchange.cancel(ACCOUNT, "4")
    for specifier, number in (("@a", "4"), ("@nobody's", "0"), ("77", "77")):
        refused = desk.exchange.cancel(ACCOUNT, specifier).body["orderCancelRejectTransaction"]
        assert (refused["orderID"], refused.get("clientOrderID", "")) == (number, specifier.partition("@")[2])
    extensions = {"clientExtensions": {"id": "b"}}
    refused = desk.exchange.set_trade_extensions(ACCOUNT, "@none", extensions).body
    assert refused["tradeClientExtensionsModifyRejectTransaction"]["clientTradeID"] == "none"
    refused = desk.exchange.close_trade(ACCOUNT, "@none", {}).body["orderRejectTransaction"]
    assert refused["tradeClose"] == {"tradeID": "0", "clientTradeID": "none", "units": "ALL"}


def test_a_replacement_cancels_the_old_order_first(desk):
    desk.exchange.submit(ACCOUNT, LIMIT)
    body = desk.exchange.replace(ACCOUNT, "4", {**LIMIT, "price": "1.08", "clientExtensions": None}).body
    cancelled, created = body["orderCancelTransaction"], body["orderCreateTransaction"]
    assert (cancelled["id"], cancelled["reason"], cancelled["replacedByOrderID"]) == (
        "5",
        "CLIENT_REQUEST_REPLACED",
        "6",
    )
    assert (created["id"], created["reason"], created["replacesOrderID"]) == ("6", "REPLACEMENT", "4")
    assert created["clientExtensions"] == {"id": "a"}, "they stay where none are given"
    assert desk.exchange.order(ACCOUNT, "4")["replacedByOrderID"] == "6"
    assert [order["id"] for order in desk.exchange.pending_orders(ACCOUNT)] == ["6"]


def test_a_replacement_that_is_met_fills_at_once(desk):
    desk.exchange.submit(ACCOUNT, LIMIT)
    body = desk.exchange.replace(ACCOUNT, "4", {**LIMIT, "price": "1.2"}).body
    assert body["orderFillTransaction"]["price"] == Decimal("1.10010")
    assert body["relatedTransactionIDs"] == ["5", "6", "7"]


def test_a_bad_replacement_leaves_the_order_alone(desk):
    desk.exchange.submit(ACCOUNT, LIMIT)
    for bad, reason in (({"units": "0"}, "UNITS_INVALID"), ({"instrument": "USD_JPY"}, "REPLACING_ORDER_INVALID")):
        reply = desk.exchange.replace(ACCOUNT, "4", LIMIT | bad)
        assert (reply.status, reply.body["errorCode"]) == (400, reason)
    assert desk.exchange.replace(ACCOUNT, "77", LIMIT).status == 404
    assert [order["id"] for order in desk.exchange.pending_orders(ACCOUNT)] == ["4"]


def test_a_trades_orders_are_created_replaced_and_cancelled_in_one_request(desk):
    trade = desk.buy(stopLossOnFill={"price": "1.09"})["id"]
    both = {"takeProfit": {"price": "1.12"}, "stopLoss": {"price": "1.095"}}
    body = desk.exchange.set_trade_orders(ACCOUNT, trade, both).body
    assert body["takeProfitOrderTransaction"]["reason"] == "CLIENT_ORDER"
    assert body["stopLossOrderCancelTransaction"]["reason"] == "CLIENT_REQUEST_REPLACED"
    assert body["stopLossOrderTransaction"]["replacesOrderID"] == "6"
    assert body["stopLossOrderTransaction"]["cancellingTransactionID"] == body["stopLossOrderCancelTransaction"]["id"]
    shown = desk.exchange.trade(ACCOUNT, trade)
    assert (str(shown["stopLossOrder"]["price"]), str(shown["takeProfitOrder"]["price"])) == ("1.09500", "1.12000")
    body = desk.exchange.set_trade_orders(ACCOUNT, trade, {"stopLoss": None}).body
    assert body["stopLossOrderCancelTransaction"]["reason"] == "CLIENT_REQUEST"
    assert "stopLossOrder" not in desk.exchange.trade(ACCOUNT, trade)
    assert "takeProfitOrder" in desk.exchange.trade(ACCOUNT, trade)


def test_what_a_changed_order_of_a_trade_leaves_out_stays_as_it_was(desk):
    stop = {
        "distance": "0.01",
        "timeInForce": "GTD",
        "gtdTime": "2030-01-01T00:00:00Z",
        "clientExtensions": {"id": "s"},
    }
    trade = desk.buy(stopLossOnFill=stop)["id"]

    def change(**details):
        return desk.exchange.set_trade_orders(ACCOUNT, trade, {"stopLoss": details}).body["stopLossOrderTransaction"]

    changed = change(clientExtensions={"tag": "new"})
    assert (changed["distance"], changed["price"]) == (Decimal("0.01000"), Decimal("1.09010"))
    assert (changed["timeInForce"], changed["clientExtensions"]) == ("GTD", {"tag": "new"})
    changed = change(price="1.08")
    assert (changed["price"], changed["clientExtensions"]) == (Decimal("1.08000"), {"tag": "new"})
    assert "distance" not in changed
    changed = change(timeInForce="GTC")
    assert (changed["price"], changed["timeInForce"]) == (Decimal("1.08000"), "GTC")
    assert "gtdTime" not in changed


def test_one_bad_order_of_a_trade_changes_none(desk):
    trade = desk.buy(stopLossOnFill={"price": "1.09"})["id"]
    both = {"stopLoss": {"price": "1.095"}, "takeProfit": {"price": "1.123456"}}
    reply = desk.exchange.set_trade_orders(ACCOUNT, trade, both)
    assert (reply.status, reply.body["errorCode"]) == (400, "PRICE_PRECISION_EXCEEDED")
    assert reply.body["takeProfitOrderRejectTransaction"]["type"] == "TAKE_PROFIT_ORDER_REJECT"
    assert str(desk.exchange.trade(ACCOUNT, trade)["stopLossOrder"]["price"]) == "1.09000"
    assert desk.exchange.set_trade_orders(ACCOUNT, "99", both).status == 404


def test_a_stop_moved_through_the_market_closes_the_trade(desk):
    trade = desk.buy(stopLossOnFill={"price": "1.09"}, takeProfitOnFill={"price": "1.12"})["id"]
    body = desk.exchange.set_trade_orders(ACCOUNT, trade, {"stopLoss": {"price": "1.11"}}).body
    assert body["stopLossOrderFillTransaction"]["price"] == Decimal("1.10000")
    assert not desk.book.pending


def test_a_trade_is_closed_whole_or_in_part(desk):
    trade = desk.buy(tradeClientExtensions={"id": "mine"})["id"]
    older = desk.buy("500")["id"]
    part = desk.exchange.close_trade(ACCOUNT, "@mine", {"units": "300"}).body
    assert part["orderFillTransaction"]["tradeReduced"]["tradeID"] == trade
    assert part["orderCreateTransaction"]["tradeClose"]["units"] == "300"
    whole = desk.exchange.close_trade(ACCOUNT, older, {"units": "ALL"}).body
    assert [one["tradeID"] for one in whole["orderFillTransaction"]["tradesClosed"]] == [older], "not the oldest"
    too_much = desk.exchange.close_trade(ACCOUNT, trade, {"units": "701"})
    assert (too_much.status, too_much.body["errorCode"]) == (400, "CLOSE_TRADE_UNITS_EXCEED_TRADE_SIZE")
    gone = desk.exchange.close_trade(ACCOUNT, older, {})
    assert (gone.status, gone.body["errorCode"]) == (404, "TRADE_DOESNT_EXIST")


def test_a_position_is_closed_by_its_side(desk):
    desk.buy("1000")
    desk.buy("500")
    wrong = desk.exchange.close_position(ACCOUNT, "EUR_USD", {"shortUnits": "ALL"})
    assert (wrong.status, wrong.body["errorCode"]) == (400, "CLOSEOUT_POSITION_DOESNT_EXIST")
    assert wrong.body["shortOrderRejectTransaction"]["rejectReason"] == "CLOSEOUT_POSITION_DOESNT_EXIST"
    body = desk.exchange.close_position(ACCOUNT, "EUR_USD", {"longUnits": "1200", "shortUnits": "NONE"}).body
    assert body["longOrderFillTransaction"]["reason"] == "MARKET_ORDER_POSITION_CLOSEOUT"
    desk.exchange.close_position(ACCOUNT, "EUR_USD", {"longUnits": "ALL", "longClientExtensions": {"id": "bye"}})
    assert desk.fills[-1]["clientOrderID"] == "bye"
    assert desk.exchange.position(ACCOUNT, "EUR_USD")["long"]["units"] == 0
    assert desk.exchange.open_positions(ACCOUNT) == []
    assert desk.exchange.close_position(ACCOUNT, "EUR_USD", {"longUnits": "ALL"}).status == 404


def test_clients_change_what_they_wrote(desk):
    desk.exchange.submit(ACCOUNT, LIMIT)
    reply = desk.exchange.set_order_extensions(ACCOUNT, "@a", {"clientExtensions": {"comment": "later"}})
    assert reply.body["orderClientExtensionsModifyTransaction"]["orderID"] == "4"
    assert desk.exchange.order(ACCOUNT, "4")["clientExtensions"] == {"id": "a", "comment": "later"}
    assert desk.exchange.set_order_extensions(ACCOUNT, "9", {"clientExtensions": {"id": "b"}}).status == 404
    assert desk.exchange.set_order_extensions(ACCOUNT, "4", {}).body["errorCode"] == "CLIENT_EXTENSIONS_DATA_MISSING"
    trade = desk.buy()["id"]
    desk.exchange.set_trade_extensions(ACCOUNT, trade, {"clientExtensions": {"id": "t"}})
    assert desk.exchange.trade(ACCOUNT, "@t")["id"] == trade
    assert desk.exchange.set_trade_extensions(ACCOUNT, "99", {"clientExtensions": {"id": "t"}}).status == 404


def test_an_accounts_margin_rate_counts_where_it_is_stricter(desk):
    desk.buy("10000")
    assert desk.exchange.configure(ACCOUNT, {"marginRate": "0.1", "alias": "mine"}).status == 200
    assert desk.exchange.summary(ACCOUNT)["marginUsed"] == Decimal("1100.0500")
    assert desk.exchange.summary(ACCOUNT)["alias"] == "mine"
    refused = desk.exchange.configure(ACCOUNT, {"marginRate": "2"})
    assert (refused.status, refused.body["errorCode"]) == (400, "MARGIN_RATE_INVALID")


def test_money_comes_and_goes(desk):
    assert desk.book.transactions[2]["type"] == "TRANSFER_FUNDS"
    assert desk.exchange.transfer(ACCOUNT, Decimal(-40000), "rent").status == 200
    assert (desk.last["amount"], desk.last["accountBalance"]) == (-40_000, 60_000)
    assert desk.exchange.transfer(ACCOUNT, Decimal(-70000)).body["errorCode"] == "INSUFFICIENT_FUNDS"
