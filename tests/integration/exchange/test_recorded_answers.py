"""Our answers beside 39 recorded ones of the real server (2016), which oandapyV20 ships: same fields, same types.

The recorded market is another one, so instruments and prices of a request may be ours; the rest of its body is sent as
it stands. What the real server itself changed since is listed here with the reason.
"""

import json
import re
from itertools import islice

import httpx
import pytest

from fixtures.exchange import Client, market
from mbats.bootstrap.exchange import PaperExchange

PLACEHOLDERS = {"<ACCOUNT>", "<USERID>"}
NOT_ANY_MORE = {
    "partialFill": "gone from orders in v3.0.15 (2017)",
}
SINCE_2016 = {
    # transactions
    *("requestID", "clientExtensions", "clientOrderID", "distance", "guaranteed", "cancellingTransactionID"),
    *("requestedUnits", "fullVWAP", "fullPrice", "quotePL", "baseFinancing", "commission", "guaranteedExecutionFee"),
    *("quoteGuaranteedExecutionFee", "gainQuoteHomeConversionFactor", "lossQuoteHomeConversionFactor"),
    *("homeConversionFactors", "halfSpreadCost", "plHomeConversionCost", "baseFinancingHomeConversionCost"),
    *("guaranteedExecutionFeeHomeConversionCost", "homeConversionCost"),
    # accounts, trades, positions
    *("guaranteedStopLossOrderMode", "guaranteedStopLossOrderParameters", "resettablePLTime", "financing"),
    *("dividendAdjustment", "guaranteedExecutionFees", "lastOrderFillTimestamp", "initialMarginRequired", "marginUsed"),
    "marginCloseoutPositionValue",
    *("takeProfitOrderID", "stopLossOrderID", "takeProfitOrder", "stopLossOrder", "price", "reason"),
    # instruments and prices
    *("tags", "tradeable", "type", "time"),
}
NOT_V20 = "OANDA's ForexLabs, another product, closed since"
NO_BOOKS = "there is no crowd whose orders and positions a book could show"

EUR_USD, BRACKET = "EUR_USD", {"stopLossOnFill": {"price": "1.15"}}


@pytest.fixture(scope="module")
def recorded(oandapyv20):
    return oandapyv20.run("recorded.py")


@pytest.fixture(scope="module")
def accounts():
    """Clients of one exchange, each with an account that nobody used before."""
    names = tuple(f"101-001-1000000-{number:03d}" for number in range(1, 60))
    with PaperExchange(market(), accounts=names) as running:
        yield iter([Client(running, name) for name in names])


@pytest.fixture
def client(accounts):
    return next(accounts)


def limit(client, entry):
    return client.order(**entry["body"]["order"])


def resting(client):
    return client.order(type="LIMIT", instrument=EUR_USD, units="-100", price="1.2", stopLossOnFill={"price": "1.22"})[
        "orderCreateTransaction"
    ]["id"]


def named(client):
    order = resting(client)
    client.put(f"/orders/{order}/clientExtensions", {"clientExtensions": {"id": "myID", "comment": "myComment"}})
    return order


def bought(client, units="100"):
    return client.buy(EUR_USD, units)["orderFillTransaction"]["tradeOpened"]["tradeID"]


def position_of(client, units):
    """Leave a flat long side with a past, and a short one."""
    bought(client)
    client.put("/positions/EUR_USD/close", {"longUnits": "ALL"})
    return bought(client, units)


def account(client, _):
    position_of(client, "-20")
    order = {"type": "LIMIT", "instrument": "EUR_GBP", "units": "-50000", "price": "0.87"}
    order |= {"stopLossOnFill": {"price": "0.88"}, "clientExtensions": {"id": "myID", "comment": "myComment"}}
    first = client.order(**order)["orderCreateTransaction"]["id"]
    client.put(f"/orders/{first}", {"order": order}, status=201)
    return client.get("")


def changes(client, _):
    since = client.get("/summary")["lastTransactionID"]
    resting(client)
    return client.get("/changes", sinceTransactionID=since)


def pending(path):
    def ask(client, entry):
        named(client) if "clientExtensions" in str(entry["response"]) else resting(client)
        return client.get(path)

    return ask


def replaced(client, entry):
    return client.put(f"/orders/{named(client)}", entry["body"], status=201)


def positions(path, units="-20"):
    def ask(client, _):
        position_of(client, units)
        return client.get(path)

    return ask


def closed_position(client, entry):
    bought(client, "1")
    bought(client, "250")
    return client.put("/positions/EUR_USD/close", entry["body"])


def trades(path):
    def ask(client, _):
        trade = bought(client)
        return client.get(path.format(trade=trade))

    return ask


def dependants(client, _):
    trade = bought(client, "-100")
    client.put(f"/trades/{trade}/orders", {"stopLoss": {"timeInForce": "GTC", "price": "1.16"}})
    body = {
        "takeProfit": {"timeInForce": "GTC", "price": "1.05"},
        "stopLoss": {"timeInForce": "GTC", "price": "1.15"},
    }
    return client.put(f"/trades/{trade}/orders", body)


def history(client):
    named(client)
    replaced_id = client.get("/orders")["orders"][0]["id"]
    client.put(
        f"/orders/{replaced_id}",
        {"order": {"type": "LIMIT", "instrument": EUR_USD, "units": "-500", "price": "1.25"}},
        201,
    )
    client.put("/orders/@myID/cancel")
    resting(client)
    for rate in ("0.04", "0.05"):
        client.patch("/configuration", {"marginRate": rate})
    return int(replaced_id)


def id_range(client, _):
    first = history(client)
    return client.get("/transactions/idrange", **{"from": first, "to": first + 2})


def since_id(client, _):
    return client.get("/transactions/sinceid", id=history(client) + 2)


def stream(name, until, **parameters):
    def ask(client, _):
        with client.http.stream("GET", f"{client.account}/{name}/stream", params=parameters) as answer:
            lines = (json.loads(text) for text in answer.iter_lines())
            return list(islice(lines, until))

    return ask


SCENARIOS = {
    "_v3_accounts": lambda client, _: client.get("/v3/accounts"),
    "_v3_account_by_accountID": account,
    "_v3_account_by_accountID_summary": lambda client, _: client.get("/summary"),
    "_v3_account_by_accountID_instruments": lambda client, _: client.get("/instruments", instruments="EUR_USD,EUR_GBP"),
    "_v3_accounts_accountID_account_config": lambda client, entry: client.patch("/configuration", entry["body"]),
    "_v3_accounts_accountID_account_changes": changes,
    "_v3_instruments_instrument_candles": lambda client, entry: client.get(
        "/v3/instruments/EUR_USD/candles", **entry["params"]
    ),
    "_v3_accounts_accountID_orders_create": limit,
    "_v3_accounts_accountID_orders_pending": pending("/pendingOrders"),
    "_v3_accounts_accountID_order_cancel": lambda client, _: client.put(f"/orders/{named(client)}/cancel"),
    "_v3_accounts_accountID_orders_list": pending("/orders"),
    "_v3_accounts_accountID_order_details": lambda client, _: client.get(f"/orders/{resting(client)}"),
    "_v3_accounts_accountID_order_replace": replaced,
    "_v3_accounts_accountID_order_clientextensions": lambda client, entry: client.put(
        f"/orders/{resting(client)}/clientExtensions", entry["body"]
    ),
    "_v3_accounts_accountID_positions": positions("/positions"),
    "_v3_accounts_accountID_openpositions": positions("/openPositions", "10"),
    "_v3_accounts_accountID_positiondetails": positions("/positions/EUR_USD"),
    "_v3_accounts_accountID_position_close": closed_position,
    "_v3_accounts_accountID_pricing": lambda client, _: client.get("/pricing", instruments="EUR_USD,USD_JPY"),
    "_v3_accounts_accountID_pricing_stream": stream("pricing", 2, instruments="EUR_USD,USD_JPY"),
    "_v3_accounts_accountID_trades": trades("/trades"),
    "_v3_accounts_accountID_opentrades": trades("/openTrades"),
    "_v3_account_accountID_trades_details": trades("/trades/{trade}"),
    "_v3_account_accountID_trades_close": lambda client, entry: client.put(
        f"/trades/{bought(client)}/close", entry["body"]
    ),
    "_v3_account_accountID_trades_cltext": lambda client, entry: client.put(
        f"/trades/{bought(client)}/clientExtensions", entry["body"]
    ),
    "_v3_account_accountID_trades_crcdo": dependants,
    "_v3_accounts_accountID_transactions": lambda client, _: client.get("/transactions", pageSize=200),
    "_v3_accounts_transaction_details": lambda client, _: client.get(f"/transactions/{resting(client)}"),
    "_v3_accounts_transaction_idrange": id_range,
    "_v3_accounts_transaction_sinceid": since_id,
    "_v3_accounts_transactions_stream": stream("transactions", 1),
}
UNANSWERED = {
    "_v3_instruments_instrument_orderbook": NO_BOOKS,
    "_v3_instruments_instrument_positionbook": NO_BOOKS,
    **{
        f"_v3_forexlabs_{name}": NOT_V20
        for name in ("calendar", "histposratios", "spreads", "commoftrad", "orderbookdata", "autochartist")
    },
}


def test_every_recorded_answer_is_looked_at(recorded):
    assert len(recorded) == 39
    assert set(SCENARIOS) | set(UNANSWERED) == set(recorded)


@pytest.mark.parametrize("name", SCENARIOS)
def test_has_the_fields_and_types_of_the_recorded_answer(name, recorded, client):
    entry = recorded[name]
    differences = list(different(entry["response"], SCENARIOS[name](client, entry), name))
    assert not differences, "\n".join(differences)


@pytest.mark.parametrize("name", UNANSWERED)
def test_has_no_such_path_and_says_so(name, recorded, client):
    path = re.sub(r"\{instrument\}", EUR_USD, "/" + recorded[name]["url"].lstrip("/"))
    assert "errorMessage" in client.http.get(path).json()
    assert client.http.get(path).status_code == httpx.codes.NOT_FOUND


def different(theirs, ours, place):
    """Yield what a reader of `theirs` would stumble over in `ours`."""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        yield from (f"{place}.{name}: missing" for name in theirs if name not in ours and name not in NOT_ANY_MORE)
        yield from (
            f"{place}.{name}: more than recorded" for name in ours if name not in theirs and name not in SINCE_2016
        )
        for name in theirs.keys() & ours.keys():
            yield from different(theirs[name], ours[name], f"{place}.{name}")
    elif isinstance(theirs, list) and isinstance(ours, list):
        for number, item in enumerate(ours):
            of_its_kind = [one for one in theirs if kind(one) in (kind(item), None)]
            if of_its_kind:
                yield from min((list(different(one, item, f"{place}[{number}]")) for one in of_its_kind), key=len)
            elif theirs:
                yield f"{place}[{number}]: no such kind was recorded: {kind(item)}"
    elif theirs not in PLACEHOLDERS and type(theirs) is not type(ours):
        yield f"{place}: {type(theirs).__name__} was recorded, {type(ours).__name__} is given"
    elif isinstance(theirs, str) and theirs not in PLACEHOLDERS and form(theirs) != form(ours):
        yield f"{place}: written {theirs!r}, ours is {ours!r}"


def kind(item):
    return item.get("type") if isinstance(item, dict) else type(item)


def form(text):
    """Tell numbers, whole numbers and moments from words."""
    for pattern, name in ((r"\d{4}-\d\d-\d\dT[\d:]{8}\.\d{9}Z", "moment"), (r"-?\d+(\.\d+)?", "number")):
        if re.fullmatch(pattern, text):
            return name
    return "word"
