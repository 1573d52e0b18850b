from decimal import Decimal

import pytest

from fixtures.engine import ACCOUNT, Desk


def test_a_fill_with_its_bracket_is_one_batch_of_consecutive_transactions(desk):
    body = desk.send(
        units="1000",
        stopLossOnFill={"distance": "0.0020", "clientExtensions": {"id": "mine.stop"}},
        takeProfitOnFill={"price": "1.1050"},
        trailingStopLossOnFill={"distance": "0.0030"},
    ).body
    assert desk.log() == [
        "MARKET_ORDER CLIENT_ORDER",
        "ORDER_FILL MARKET_ORDER",
        "TAKE_PROFIT_ORDER ON_FILL",
        "STOP_LOSS_ORDER ON_FILL",
        "TRAILING_STOP_LOSS_ORDER ON_FILL",
    ]
    written = desk.book.transactions[3:]
    assert body["relatedTransactionIDs"] == [one["id"] for one in written] == ["4", "5", "6", "7", "8"]
    assert {one["batchID"] for one in written} == {"4"}
    assert len({one["requestID"] for one in written}) == 1
    assert body["orderFillTransaction"]["tradeOpened"]["tradeID"] == body["orderFillTransaction"]["id"]
    stop = written[3]
    assert (stop["price"], stop["distance"]) == (Decimal("1.09810"), Decimal("0.00200")), (
        "both, where a distance was asked"
    )
    assert stop["clientExtensions"] == {"id": "mine.stop"}
    assert stop["tradeID"] == stop["orderFillTransactionID"] == "5"


def test_a_fill_says_what_it_brought_at_which_rates(desk):
    desk.buy("-5000", instrument="USD_JPY")
    desk.tick(USD_JPY="149.000/149.010")
    fill = desk.buy("5000", instrument="USD_JPY")
    rate = 1 / Decimal("149.005")
    assert fill["price"] == Decimal("149.010")
    assert fill["quotePL"] == 5000 * Decimal("0.990")
    assert fill["gainQuoteHomeConversionFactor"] == (rate * Decimal("0.995")).quantize(Decimal("1e-12"))
    assert fill["pl"] == (4950 * fill["gainQuoteHomeConversionFactor"]).quantize(Decimal("0.0001"))
    assert fill["accountBalance"] == 100_000 + fill["pl"]
    assert fill["halfSpreadCost"] == (5000 * Decimal("0.005") * rate).quantize(Decimal("0.0001"))
    assert fill["homeConversionFactors"]["gainQuoteHome"] == {"factor": fill["gainQuoteHomeConversionFactor"]}
    assert fill["homeConversionFactors"]["lossBaseHome"] == {"factor": 1}, "the base is home"
    assert fill["fullPrice"]["closeoutAsk"] == Decimal("149.010")


def test_a_cross_is_converted_over_two_legs_or_one(desk):
    """EUR_GBP pays in pounds, GBP_USD brings them home."""
    desk.buy("1000", instrument="EUR_GBP")
    fill = desk.buy("-1000", instrument="EUR_GBP")
    assert fill["lossQuoteHomeConversionFactor"] == (Decimal("1.2701") * Decimal("1.005")).quantize(Decimal("1e-12"))
    assert fill["pl"] == Decimal("-0.1915")


def test_an_opposite_order_closes_the_oldest_trades_and_opens_the_rest(desk):
    first, second = desk.buy("1000", stopLossOnFill={"price": "1.09"}), desk.buy("2000")
    fill = desk.buy("-1500")
    assert [part["tradeID"] for part in fill["tradesClosed"]] == [first["id"]]
    assert (fill["tradeReduced"]["tradeID"], fill["tradeReduced"]["units"]) == (second["id"], -500)
    assert desk.last["reason"] == "LINKED_TRADE_CLOSED"
    fill = desk.buy("-4000")
    assert [part["tradeID"] for part in fill["tradesClosed"]] == [second["id"]]
    assert fill["tradeOpened"]["units"] == -2500
    assert "tradeReduced" not in fill
    trade = desk.exchange.trade(ACCOUNT, second["id"])
    assert len(trade["closingTransactionIDs"]) == 2
    assert trade["averageClosePrice"] == Decimal("1.10000")
    assert (trade["state"], trade["currentUnits"]) == ("CLOSED", 0)


def test_a_client_id_is_no_idempotency_key(desk):
    same = {"units": "1000", "clientExtensions": {"id": "once"}, "tradeClientExtensions": {"id": "once"}}
    first, second = desk.buy(**same), desk.buy(**same)
    assert first["clientOrderID"] == second["clientOrderID"] == "once"
    assert desk.book.position("EUR_USD") == 2000


def test_an_entry_without_enough_margin_is_cancelled_and_one_that_reduces_never_is():
    desk = Desk(("EUR_USD",), cash="1000")
    desk.tick(EUR_USD="1.00000/1.00000")
    assert desk.send(units="50001").body["orderCancelTransaction"]["reason"] == "INSUFFICIENT_MARGIN"
    desk.buy("50000")
    assert desk.send(units="1").body["orderCancelTransaction"]["reason"] == "INSUFFICIENT_MARGIN"
    assert desk.buy("-100000")["tradeOpened"]["units"] == -50000, "the other way round needs as much"
    assert desk.send(units="100001").body["orderCancelTransaction"]["reason"] == "INSUFFICIENT_MARGIN"
    desk.buy("20000")


@pytest.mark.parametrize(
    ("units", "child", "reason"),
    [
        ("1000", {"stopLossOnFill": {"price": "1.10000"}}, "STOP_LOSS_ON_FILL_LOSS"),
        ("-1000", {"stopLossOnFill": {"price": "1.10010"}}, "STOP_LOSS_ON_FILL_LOSS"),
        ("1000", {"takeProfitOnFill": {"price": "1.10000"}}, "TAKE_PROFIT_ON_FILL_LOSS"),
        ("-1000", {"takeProfitOnFill": {"price": "1.10010"}}, "TAKE_PROFIT_ON_FILL_LOSS"),
        ("1000", {"stopLossOnFill": {"distance": "1.2"}}, "STOP_LOSS_ON_FILL_PRICE_DISTANCE_MAXIMUM_EXCEEDED"),
        ("1000", {"priceBound": "1.10009"}, "BOUNDS_VIOLATION"),
        ("-1000", {"priceBound": "1.10001"}, "BOUNDS_VIOLATION"),
        ("1000", {"positionFill": "REDUCE_ONLY"}, "POSITION_CLOSEOUT_FAILED"),
    ],
)
def test_what_cannot_be_filled_is_created_and_cancelled(desk, units, child, reason):
    reply = desk.send(units=units, **child)
    assert reply.status == 201
    assert reply.body["orderCancelTransaction"]["reason"] == reason
    assert reply.body["orderCancelTransaction"]["batchID"] == reply.body["orderCreateTransaction"]["id"]
    assert desk.log() == ["MARKET_ORDER CLIENT_ORDER", f"ORDER_CANCEL {reason}"]
    assert desk.exchange.order(ACCOUNT, "4")["state"] == "CANCELLED"


def test_open_only_never_reduces_and_reduce_only_never_opens(desk):
    desk.buy("1000")
    cancelled = desk.send(units="-500", positionFill="OPEN_ONLY").body["orderCancelTransaction"]
    assert cancelled["reason"] == "FIFO_VIOLATION"
    fill = desk.buy("-3000", positionFill="REDUCE_ONLY")
    assert (fill["units"], fill["requestedUnits"]) == (-1000, -3000)
    assert "tradeOpened" not in fill


def test_little_liquidity_fills_in_part_and_asks_anew_for_the_rest(desk):
    desk.exchange.liquidity("EUR_USD", Decimal(600))
    cancelled = desk.send(units="1000").body["orderCancelTransaction"]
    assert cancelled["reason"] == "INSUFFICIENT_LIQUIDITY"
    body = desk.send(units="1000", timeInForce="IOC").body
    assert (body["orderFillTransaction"]["units"], body["orderFillTransaction"]["requestedUnits"]) == (600, 1000)
    assert body["relatedTransactionIDs"] == [body["orderCreateTransaction"]["id"], body["orderFillTransaction"]["id"]]
    body = desk.send("LIMIT", units="1000", price="1.2").body
    assert (body["orderFillTransaction"]["units"], body["orderReissueTransaction"]["units"]) == (600, 400)


def test_a_waiting_order_takes_liquidity_with_every_move(desk):
    desk.exchange.liquidity("EUR_USD", Decimal(600))
    desk.send("LIMIT", units="1500", price="1.0990")
    desk.tick(1, EUR_USD="1.09800/1.09810")
    desk.tick(1, EUR_USD="1.09800/1.09810")
    assert [fill["units"] for fill in desk.fills] == [600, 600]
    desk.tick(1, EUR_USD="1.09800/1.09810")
    assert desk.book.position("EUR_USD") == 1500
    assert not desk.book.pending


def test_a_child_whose_id_waits_already_cancels_its_entry(desk):
    guarded = {"units": "1000", "stopLossOnFill": {"price": "1.09", "clientExtensions": {"id": "guard"}}}
    desk.buy(**guarded)
    reason = desk.send(**guarded).body["orderCancelTransaction"]["reason"]
    assert reason == "STOP_LOSS_ON_FILL_CLIENT_ORDER_ID_ALREADY_EXISTS"
