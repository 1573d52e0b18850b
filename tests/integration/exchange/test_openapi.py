"""Our answers beside OANDA's own description of its protocol (2018): every field that it knows has the type it says.

The description states no required fields and knows nothing that came later, so fields of ours that it lacks pass.
"""

import json

import pytest

from fixtures.exchange import Client, market
from mbats.bootstrap.exchange import PaperExchange

LATER = {
    ("ClientPrice", "time"): "the fullPrice of a fill has `timestamp`; both are recorded",
    ("PriceBucket", "liquidity"): "a string inside a fill's fullPrice, as recorded in 2022",
}
EUR_USD = "EUR_USD"


@pytest.fixture(scope="module")
def description(shared_data):
    file = shared_data.parent / "openapi" / "v20.json"
    if not file.is_file():
        pytest.skip("OANDA's description of its protocol does not lie beside the checkout")
    return json.loads(file.read_text())


@pytest.fixture(scope="module")
def conversation():
    """Return what every endpoint answered, by method and path as the description has them."""
    with PaperExchange(market()) as exchange:
        yield talk(Client(exchange))


def talk(client):
    heard = {}

    def hear(method, path, body, status=200):
        heard[method, path, str(status)] = body
        return body

    account = "/accounts/{accountID}"
    bracket = {"stopLossOnFill": {"distance": "0.02"}, "takeProfitOnFill": {"price": "1.2"}}
    extensions = {"clientExtensions": {"id": "mine", "tag": "tag", "comment": "words"}}
    filled = hear("post", f"{account}/orders", client.buy(**bracket, **extensions), 201)
    trade = filled["orderFillTransaction"]["id"]
    hear("post", f"{account}/orders", client.buy(units="0", status=400), 400)
    waiting = {"type": "LIMIT", "instrument": EUR_USD, "units": "10", "price": "1.0", **bracket}
    made = client.order(**waiting)["orderCreateTransaction"]["id"]
    order = f"{account}/orders/{{orderSpecifier}}"
    replaced = hear("put", order, client.put(f"/orders/{made}", {"order": waiting}, 201), 201)
    made = replaced["orderCreateTransaction"]["id"]
    hear("put", f"{order}/clientExtensions", client.put(f"/orders/{made}/clientExtensions", extensions))
    hear("get", f"{account}/orders", client.get("/orders", state="ALL"))
    hear("get", f"{account}/pendingOrders", client.get("/pendingOrders"))
    hear("get", order, client.get(f"/orders/{made}"))
    hear("put", f"{order}/cancel", client.put(f"/orders/{made}/cancel"))
    hear("put", f"{order}/cancel", client.put(f"/orders/{made}/cancel", status=404), 404)
    client.put("/orders/@nobody's/cancel", status=404)
    client.put("/trades/@nobody's/close", {}, 404)
    one_trade = f"{account}/trades/{{tradeSpecifier}}"
    hear("put", f"{one_trade}/orders", client.put(f"/trades/{trade}/orders", {"stopLoss": {"price": "1.0"}}))
    hear("put", f"{one_trade}/clientExtensions", client.put(f"/trades/{trade}/clientExtensions", extensions))
    for path in ("trades", "openTrades", "positions", "openPositions", "summary", "instruments"):
        hear("get", f"{account}/{path}", client.get(f"/{path}"))
    hear("get", account, client.get(""))
    hear("get", one_trade, client.get(f"/trades/{trade}"))
    hear("get", f"{account}/positions/{{instrument}}", client.get("/positions/EUR_USD"))
    hear("get", f"{account}/pricing", client.get("/pricing", instruments=EUR_USD, includeHomeConversions=True))
    hear("put", f"{one_trade}/close", client.put(f"/trades/{trade}/close", {"units": "40"}))
    closed = client.put("/positions/EUR_USD/close", {"longUnits": "ALL"})
    hear("put", f"{account}/positions/{{instrument}}/close", closed)
    again = client.put("/positions/EUR_USD/close", {"longUnits": "ALL"}, 404)
    hear("put", f"{account}/positions/{{instrument}}/close", again, 404)
    hear("patch", f"{account}/configuration", client.patch("/configuration", {"alias": "mine"}))
    hear("get", f"{account}/changes", client.get("/changes", sinceTransactionID=3))
    hear("get", f"{account}/transactions", client.get("/transactions"))
    hear("get", f"{account}/transactions/idrange", client.get("/transactions/idrange", **{"from": 1, "to": 9}))
    hear("get", f"{account}/transactions/sinceid", client.get("/transactions/sinceid", id=1))
    hear("get", f"{account}/transactions/{{transactionID}}", client.get("/transactions/5"))
    candles = client.get("/v3/instruments/EUR_USD/candles", price="MBA", count=5, granularity="H1")
    hear("get", "/instruments/{instrument}/candles", candles)
    hear("get", "/accounts", client.get("/v3/accounts"))
    return heard


def test_every_known_field_has_the_described_type(description, conversation):
    complaints = []
    for (method, path, status), body in conversation.items():
        answer = description["paths"][path][method]["responses"][status]
        if "$ref" in answer:
            answer = description["responses"][answer["$ref"].rpartition("/")[2]]
        complaints += misfits(answer["schema"], body, description["definitions"], f"{method} {path} {status}")
    assert not complaints, "\n".join(sorted(set(complaints)))


def test_every_transaction_is_one_that_is_described(description, conversation):
    log = conversation["get", "/accounts/{accountID}/transactions/sinceid", "200"]["transactions"]
    kinds = set()
    for transaction in log:
        name = "".join(word.title() for word in transaction["type"].split("_")) + "Transaction"
        kinds.add(name)
        complaints = list(misfits({"$ref": f"#/definitions/{name}"}, transaction, description["definitions"], name))
        assert not complaints, "\n".join(complaints)
    assert len(kinds) >= 10


def misfits(schema, value, definitions, place):
    """Yield where `value` is of another type than `schema` says."""
    name = schema.get("$ref", "").rpartition("/")[2]
    schema = definitions[name] if name else schema
    if "properties" in schema:
        if not isinstance(value, dict):
            yield f"{place}: no object"
            return
        for field, inner in schema["properties"].items():
            if field in value and (name, field) not in LATER:
                yield from misfits(inner, value[field], definitions, f"{place}.{field}")
    elif schema.get("type") == "array":
        if not isinstance(value, list):
            yield f"{place}: no list"
            return
        for item in value:
            yield from misfits(schema["items"], item, definitions, f"{place}[]")
    elif not fits(schema, value):
        yield f"{place}: {value!r} is no {schema.get('enum') or schema.get('type')}"


def fits(schema, value):
    if "enum" in schema:
        return value in schema["enum"]
    kinds = {"string": str, "integer": int, "boolean": bool}
    right = kinds.get(schema.get("type"), object)
    return isinstance(value, right) and not (right is int and isinstance(value, bool))
