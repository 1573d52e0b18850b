"""Two clients of OANDA, unmodified and each in an environment of its own, spend a day at the exchange."""

from urllib.parse import urlsplit

import pytest

HOLIDAY_FREE = 4 * 288


@pytest.fixture(scope="module")
def seen_by_oandapyv20(oandapyv20, shared_exchange):
    return oandapyv20.run(
        "drive_oandapyv20.py", shared_exchange.url, shared_exchange.accounts[0], TOKEN=shared_exchange.token
    )


@pytest.fixture(scope="module")
def seen_by_v20(v20, shared_exchange):
    where = urlsplit(shared_exchange.url)
    arguments = (where.hostname, str(where.port), shared_exchange.accounts[1])
    return v20.run("drive_v20.py", *arguments, TOKEN=shared_exchange.token)


def test_oandapyv20_reads_its_account_and_the_market(seen_by_oandapyv20, shared_exchange):
    seen = seen_by_oandapyv20
    assert [one["id"] for one in seen["accounts"]["accounts"]] == list(shared_exchange.accounts)
    assert seen["summary"]["account"]["balance"] == "100000.0000"
    assert [one["name"] for one in seen["instruments"]["instruments"]] == ["EUR_USD", "USD_JPY"]
    assert len(seen["candles"]["candles"]) == 10
    assert sorted(set(seen["paged"])) == sorted(seen["paged"])
    assert len(seen["paged"]) == HOLIDAY_FREE


def test_oandapyv20_reads_prices_as_they_come(seen_by_oandapyv20):
    lines = seen_by_oandapyv20["stream"]
    assert {line["instrument"] for line in lines if line["type"] == "PRICE"} == {"EUR_USD", "USD_JPY"}
    assert all(line["asks"] and line["bids"] for line in lines if line["type"] == "PRICE")


def test_oandapyv20_trades(seen_by_oandapyv20):
    seen = seen_by_oandapyv20
    assert len(seen["bracket"]["relatedTransactionIDs"]) == 4
    assert {"takeProfitOrder", "stopLossOrder"} <= seen["trade"]["trade"].keys()
    assert seen["moved"]["stopLossOrderTransaction"]["reason"] == "REPLACEMENT"
    assert seen["replaced"]["orderCancelTransaction"]["reason"] == "CLIENT_REQUEST_REPLACED"
    assert len(seen["pending"]["orders"]) == 3
    assert seen["cancelled"]["orderCancelTransaction"]["reason"] == "CLIENT_REQUEST"
    assert seen["part"]["orderFillTransaction"]["tradeReduced"]["units"] == "-400"
    assert seen["position"]["position"]["long"]["units"] == "600"
    assert seen["closed"]["longOrderFillTransaction"]["reason"] == "MARKET_ORDER_POSITION_CLOSEOUT"
    assert seen["flat"]["positions"] == []


def test_oandapyv20_reads_the_log_of_what_it_did(seen_by_oandapyv20):
    seen = seen_by_oandapyv20
    first = int(seen["summary"]["lastTransactionID"]) + 1
    ids = [int(one["id"]) for one in seen["since"]["transactions"]]
    assert ids == list(range(first, int(seen["since"]["lastTransactionID"]) + 1))
    assert [one["id"] for one in seen["changes"]["changes"]["transactions"]] == [str(one) for one in ids]
    assert seen["pages"]["count"] == ids[-1]
    assert len(seen["pages"]["pages"]) == -(-ids[-1] // 10)


def test_oandapyv20_is_told_what_is_wrong(seen_by_oandapyv20):
    check_errors(seen_by_oandapyv20["errors"])
    assert seen_by_oandapyv20["errors"]["count"] == [400, {"errorMessage": "Maximum value for 'count' exceeded"}]
    assert seen_by_oandapyv20["errors"]["instrument"][1]["errorMessage"] == "Invalid value specified for 'instrument'"


def test_v20_reads_its_account_and_the_market(seen_by_v20):
    seen = seen_by_v20
    assert float(seen["account"]["account"]["balance"]) == 100_000
    assert float(seen["summary"]["account"]["NAV"]) == 100_000
    assert [one["name"] for one in seen["instruments"]["instruments"]] == ["EUR_USD", "USD_JPY"]
    assert {"bid", "mid", "ask"} <= seen["candles"]["candles"][0].keys()
    kinds = [kind for kind, _ in seen["stream"]]
    assert kinds[:2] == ["pricing.ClientPrice"] * 2
    assert kinds[-1] == "pricing.PricingHeartbeat"
    assert float(seen["unix"]["account"]["createdTime"]) > 1_700_000_000


def test_v20_trades(seen_by_v20):
    seen = seen_by_v20
    assert len(seen["bracket"]["relatedTransactionIDs"]) == 4
    assert seen["bracket"]["orderFillTransaction"]["clientOrderID"] == "bracket-1"
    assert float(seen["trade"]["trade"]["stopLossOrder"]["distance"]) == 0.05
    assert seen["moved"]["stopLossOrderTransaction"]["reason"] == "REPLACEMENT"
    assert seen["replaced"]["orderCancelTransaction"]["reason"] == "CLIENT_REQUEST_REPLACED"
    assert len(seen["pending"]["orders"]) == 3
    assert float(seen["part"]["orderFillTransaction"]["tradeReduced"]["units"]) == -400
    assert float(seen["position"]["position"]["long"]["units"]) == 600
    assert seen["closed"]["longOrderFillTransaction"]["reason"] == "MARKET_ORDER_POSITION_CLOSEOUT"
    assert seen["flat"]["positions"] == []
    assert seen["configured"]["clientConfigureTransaction"]["alias"] == "renamed"


def test_v20_is_told_what_is_wrong(seen_by_v20):
    check_errors(seen_by_v20["errors"])
    status, body = seen_by_v20["errors"]["to"]
    assert (status, body) == (400, {"errorMessage": "Invalid value specified for 'to'. Time is in the future"})


def check_errors(errors):
    assert errors["token"] == [401, {"errorMessage": "Insufficient authorization to perform request."}]
    assert errors["account"] == [403, {"errorMessage": "The provided request was forbidden."}]
    status, body = errors["units"]
    assert (status, body["errorMessage"]) == (400, "Order units specified are invalid")
    assert body["errorCode"] == body["orderRejectTransaction"]["rejectReason"] == "UNITS_INVALID"
    status, body = errors["order"]
    assert (status, body["errorCode"]) == (404, "NO_SUCH_ORDER")
    assert body["errorMessage"] == "The order ID specified does not exist"
    status, body = errors["cancel"]
    assert (status, body["errorCode"]) == (404, "ORDER_DOESNT_EXIST")
    assert body["orderCancelRejectTransaction"]["type"] == "ORDER_CANCEL_REJECT"
    status, body = errors["position"]
    assert (status, body["errorCode"]) == (404, "CLOSEOUT_POSITION_DOESNT_EXIST")
    assert "longOrderRejectTransaction" in body
