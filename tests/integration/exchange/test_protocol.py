"""How the exchange answers over HTTP, beside what is known of OANDA's server: words recorded or measured."""

import asyncio
import gzip
import http.client

import httpx
import pytest

from fakes.tapes import at
from fixtures.exchange import START, Client, market
from mbats.bootstrap.exchange import PaperExchange
from mbats.exchange.rest.rate_limit import RateLimit

FORBIDDEN = {"errorMessage": "The provided request was forbidden."}
UNAUTHORISED = {"errorMessage": "Insufficient authorization to perform request."}


@pytest.fixture(scope="module")
def standing_exchange():
    names = tuple(f"101-001-1000000-{number:03d}" for number in range(1, 60))
    with PaperExchange(market(), accounts=names) as running:
        yield running, iter(names)


@pytest.fixture
def client(standing_exchange):
    exchange, names = standing_exchange
    return Client(exchange, next(names))


def test_knows_tokens_and_their_accounts(client):
    summary = f"{client.account}/summary"
    for header in ({"Authorization": "Bearer nobody's"}, {"Authorization": ""}):
        answer = client.http.get(summary, headers=header)
        assert (answer.status_code, answer.json()) == (401, UNAUTHORISED)
        assert answer.headers["RequestID"]
    for account in ("101-001-9999999-001", "me"):
        assert client.get(f"/v3/accounts/{account}/summary", 403) == FORBIDDEN


def test_says_which_request_a_transaction_comes_from(client):
    answer = client.http.post(
        f"{client.account}/orders", json={"order": {"type": "MARKET", "instrument": "EUR_USD", "units": 10}}
    )
    created = answer.json()["orderCreateTransaction"]
    assert created["requestID"] == answer.headers["RequestID"]
    assert answer.headers["Location"].endswith(f"{client.account}/orders/{created['id']}")
    assert client.http.get(answer.headers["Location"]).json()["order"]["state"] == "FILLED"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/summary/", 404),
        ("DELETE", "/orders", 405),
        ("POST", "/summary", 405),
        ("GET", "/orders/1/cancel", 405),
        ("GET", "/trades/1/close", 405),
    ],
)
def test_knows_its_paths_and_methods(client, method, path, status):
    answer = client.http.request(method, client.account + path)
    assert answer.status_code == status
    assert answer.json()["errorMessage"]
    assert answer.headers["RequestID"]
    assert status == 404 or answer.headers["Allow"]


@pytest.mark.parametrize("path", ["/v3/instruments/EUR_USD/orderBook", "/v3/users/@", "/v3/pricing"])
def test_has_no_books_and_no_users(client, path):
    client.get(path, 404)


def test_wants_a_body_that_says_it_is_json(client):
    orders, order = f"{client.account}/orders", b'{"order": {"type": "MARKET", "instrument": "EUR_USD", "units": "1"}}'
    ask = client.http.post
    assert ask(orders, content=order, headers={"Content-Type": "text/plain"}).status_code == 415
    assert ask(orders, content=order).status_code == 415
    assert ask(orders, content=b"{", headers={"Content-Type": "application/json"}).status_code == 400
    assert ask(orders, content=b"x" * 2_000_000, headers={"Content-Type": "application/json"}).status_code == 413
    assert ask(orders, content=order, headers={"Content-Type": "application/json; charset=utf-8"}).status_code == 201
    # v20 sends the header on every GET, with nothing behind it.
    assert client.http.get(orders, headers={"Content-Type": "application/json"}).status_code == 200


def test_reads_numbers_however_they_are_written_and_overlooks_what_it_does_not_know(client):
    as_clients_write = {"units": 10, "takeProfitOnFill": {"price": 1.25}, "replace": None, "replace_type": None}
    filled = client.buy(stopLossOnFill=None, unknown={"deep": [1]}, **as_clients_write)
    assert filled["orderCreateTransaction"]["units"] == "10"
    assert filled["orderCreateTransaction"]["takeProfitOnFill"]["price"] == "1.25000"
    assert "stopLossOnFill" not in filled["orderCreateTransaction"]
    assert len(filled["relatedTransactionIDs"]) == 3


def test_shows_times_as_asked_and_reads_both_kinds(standing_exchange, client):
    exchange, _ = standing_exchange
    unix = Client(exchange, client.account.rpartition("/")[2], **{"Accept-Datetime-Format": "UNIX"})
    assert client.get("/pricing", instruments="EUR_USD")["time"] == f"{START}:00.000000000Z"
    assert unix.get("/pricing", instruments="EUR_USD")["time"] == f"{at(START) // 10**9}.000000000"
    both = [
        asking.get("/v3/instruments/EUR_USD/candles", granularity="H1", count=3, **{"from": start})["candles"]
        for asking in (client, unix)
        for start in ("2024-01-17T00:00:00Z", "1705449600", "1705449600.0")
    ]
    assert [candle["mid"] for candle in both[0]] == [candle["mid"] for candle in both[-1]]
    assert both[0] == both[1] == both[2]
    assert both[-1][0]["time"] == "1705449600.000000000"


def test_packs_long_answers_for_who_can_unpack_them(client):
    path, count = "/v3/instruments/EUR_USD/candles", {"count": "500", "granularity": "M5"}
    packed = client.http.get(path, params=count, headers={"Accept-Encoding": "gzip, deflate"})
    plain = client.http.get(path, params=count, headers={"Accept-Encoding": "identity"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert packed.json() == plain.json()
    assert len(gzip.compress(plain.content)) < len(plain.content) / 3


@pytest.mark.parametrize(
    ("path", "parameters", "message"),
    [
        ("/v3/instruments/EUR_XXX/candles", {}, "Invalid value specified for 'instrument'"),
        ("/v3/instruments/EUR_USD/candles", {"granularity": "M3"}, "Invalid value specified for 'granularity'"),
        ("/v3/instruments/EUR_USD/candles", {"price": "X"}, "Invalid value specified for 'price'"),
        ("/v3/instruments/EUR_USD/candles", {"from": "soon"}, "Invalid value specified for 'from'"),
        ("/v3/instruments/EUR_USD/candles", {"count": "5001"}, "Maximum value for 'count' exceeded"),
        ("/v3/instruments/EUR_USD/candles", {"count": "0"}, "Invalid value specified for 'count'"),
        ("/v3/instruments/EUR_USD/candles", {"smooth": "yes"}, "Invalid value specified for 'smooth'"),
        (
            "/v3/instruments/EUR_USD/candles",
            {"to": "2030-01-01T00:00:00Z"},
            "Invalid value specified for 'to'. Time is in the future",
        ),
        (
            "/v3/instruments/EUR_USD/candles",
            {"from": "2024-01-03T00:00:00Z", "to": "2024-01-04T00:00:00Z", "count": "5"},
            "Invalid value specified for 'count'",
        ),
        (
            "/v3/instruments/EUR_USD/candles",
            {"from": "2024-01-03T00:00:00Z", "to": "2024-01-04T00:00:00Z"},
            "Maximum value for 'count' exceeded",
        ),
        ("/candles/latest", {}, "Invalid value specified for 'candleSpecifications'"),
        ("/candles/latest", {"candleSpecifications": "EUR_USD"}, "Invalid value specified for 'candleSpecifications'"),
        ("/pricing", {}, "Invalid value specified for 'instruments'"),
        ("/pricing", {"instruments": "EUR_USD,EUR_XXX"}, "Invalid value specified for 'instruments'"),
        ("/instruments", {"instruments": "X"}, "Invalid value specified for 'instruments'"),
        ("/orders", {"count": "501"}, "Maximum value for 'count' exceeded"),
        ("/orders", {"state": "SOME"}, "Invalid value specified for 'state'"),
        ("/transactions", {"pageSize": "1001"}, "Maximum value for 'pageSize' exceeded"),
        ("/transactions", {"type": "JOKE"}, "Invalid value specified for 'type'"),
        ("/transactions/sinceid", {}, "Invalid value specified for 'id'"),
        ("/changes", {}, "Invalid value specified for 'sinceTransactionID'"),
    ],
)
def test_names_a_wrong_parameter(client, path, parameters, message):
    before = client.get("/summary")["lastTransactionID"]
    assert client.get(path, 400, **parameters) == {"errorMessage": message}
    assert client.get("/summary")["lastTransactionID"] == before


def test_names_a_wrong_instrument_of_an_order_without_a_transaction(client):
    refused = client.order(400, type="MARKET", instrument="EUR_XXX", units="1")
    assert refused == {
        "errorMessage": "Invalid value specified for 'order.instrument'",
        "errorCode": "oanda::rest::core::InvalidParameterException",
    }
    assert client.get("/summary")["lastTransactionID"] == "3"


def test_finds_a_client_id_only_while_its_order_waits(client):
    order = {"type": "LIMIT", "instrument": "EUR_USD", "units": "10", "price": "1.00000"}
    made = client.order(**order, clientExtensions={"id": "mine"})["orderCreateTransaction"]["id"]
    assert client.get("/orders/@mine") == client.get("/orders/%40mine") == client.get(f"/orders/{made}")
    assert client.put("/orders/@mine/cancel")["orderCancelTransaction"]["clientOrderID"] == "mine"
    absent = client.get("/orders/@mine", 404)
    assert absent == {
        "lastTransactionID": "5",
        "errorMessage": "The order ID specified does not exist",
        "errorCode": "NO_SUCH_ORDER",
    }
    assert client.get(f"/orders/{made}")["order"]["state"] == "CANCELLED"


def test_takes_a_client_id_a_second_time_and_fills_it_again(client):
    for _ in range(2):
        assert "orderFillTransaction" in client.buy(units="10", clientExtensions={"id": "twice"})
    assert client.get("/positions/EUR_USD")["position"]["long"]["units"] == "20"


def test_lists_orders_by_state_instrument_and_page(client):
    made = [
        client.order(type="LIMIT", instrument=symbol, units="10", price="0.5")["orderCreateTransaction"]["id"]
        for symbol in ("EUR_USD", "EUR_USD", "EUR_GBP")
    ]
    trade = client.buy(units="5", stopLossOnFill={"price": "1.0"})["orderFillTransaction"]["id"]
    client.put(f"/orders/{made[0]}/cancel")

    def ids(**parameters):
        return [order["id"] for order in client.get("/orders", **parameters)["orders"]]

    stop = str(int(trade) + 1)
    assert ids() == [stop, made[2], made[1]]
    assert ids(instrument="EUR_USD") == [stop, made[1]]
    assert ids(state="CANCELLED") == [made[0]]
    assert ids(state="ALL", ids=f"{made[0]},{made[2]}") == [made[2], made[0]]
    assert ids(beforeID=made[1]) == [made[1]]
    first = client.http.get(f"{client.account}/orders", params={"count": 2})
    assert [order["id"] for order in first.json()["orders"]] == [stop, made[2]]
    following = client.http.get(first.links["next"]["url"]).json()
    assert [order["id"] for order in following["orders"]] == [made[1]]


def test_knows_a_position_for_ever_once_it_was_traded(client):
    assert client.get("/positions/EUR_USD", 404)["errorCode"] == "NO_SUCH_POSITION"
    assert client.get("/positions/EUR_XXX", 400)["errorMessage"] == "Invalid value specified for 'instrument'"
    missing = client.put("/positions/EUR_USD/close", {"longUnits": "ALL"}, 404)
    assert missing["errorCode"] == missing["longOrderRejectTransaction"]["rejectReason"]
    client.buy(units="10")
    wrong_side = client.put("/positions/EUR_USD/close", {"shortUnits": "ALL"}, 400)
    assert wrong_side["errorCode"] == "CLOSEOUT_POSITION_DOESNT_EXIST"
    assert "shortOrderRejectTransaction" in wrong_side
    client.put("/positions/EUR_USD/close", {"longUnits": "ALL"})
    flat = client.get("/positions/EUR_USD")["position"]
    assert (flat["long"]["units"], flat["short"]["units"]) == ("0", "0")
    assert [one["instrument"] for one in client.get("/positions")["positions"]] == ["EUR_USD"]
    assert client.get("/openPositions")["positions"] == []


def test_tells_missing_trades_and_transactions(client):
    assert client.get("/trades/4711", 404)["errorCode"] == "NO_SUCH_TRADE"
    assert client.put("/trades/4711/close", {}, 404)["orderRejectTransaction"]["rejectReason"] == "TRADE_DOESNT_EXIST"
    for written in ("0", "4711", "x", "-1"):
        assert client.get(f"/transactions/{written}", 404)["errorCode"] == "NO_SUCH_TRANSACTION"


def test_pages_its_log_by_addresses_at_the_host_that_was_asked(client):
    for _ in range(6):
        client.buy(units="1")
    listed = client.get("/transactions", pageSize=4)
    assert (listed["count"], listed["pageSize"], len(listed["pages"])) == (15, 4, 4)
    assert all(page.startswith(str(client.http.base_url)) for page in listed["pages"])
    read = [one for page in listed["pages"] for one in client.http.get(page).json()["transactions"]]
    assert [one["id"] for one in read] == [str(number) for number in range(1, 16)]
    elsewhere = client.http.get(f"{client.account}/transactions", headers={"Host": "exchange.example:99"}).json()
    assert elsewhere["pages"][0].startswith("http://exchange.example:99/v3/accounts/")
    fills = client.get("/transactions", type="ORDER_FILL", pageSize=4)
    assert fills["count"] == 6
    read = [one for page in fills["pages"] for one in client.http.get(page).json()["transactions"]]
    assert {one["type"] for one in read} == {"ORDER_FILL"}
    since = client.get("/transactions/sinceid", id=2, type="ORDER")["transactions"]
    assert [one["id"] for one in since] == [str(number) for number in range(4, 16)]
    assert client.get("/transactions/sinceid", id=15)["transactions"] == []


def test_reads_its_log_from_a_week_ago_and_at_most_a_year(client):
    listed = client.get("/transactions")
    assert listed["from"] == "2024-01-10T14:00:00.000000000Z"
    assert listed["to"] == "2024-01-17T14:00:00.000000000Z"
    assert client.get("/transactions", to="2024-01-17T13:59:59Z")["count"] == 0
    client.get("/transactions", 400, **{"from": "2022-12-01T00:00:00Z"})
    client.get("/transactions", 400, **{"from": "2024-01-17T00:00:00Z", "to": "2024-01-16T00:00:00Z"})
    ahead = client.get("/transactions", 400, **{"from": "2026-01-01"})
    assert ahead["errorMessage"] == "Invalid value specified for 'from'"


@pytest.mark.parametrize(
    ("path", "parameters"),
    [
        ("/transactions/idrange", {"from": 3, "to": 2}),
        ("/transactions/idrange", {"from": 0, "to": 2}),
        ("/transactions/idrange", {"from": 4, "to": 9}),
        ("/transactions/sinceid", {"id": 4}),
        ("/changes", {"sinceTransactionID": 4}),
    ],
)
def test_refuses_a_range_that_its_log_does_not_have(client, path, parameters):
    assert "errorMessage" in client.get(path, 416, **parameters)


def test_shows_prices_since_a_moment_and_what_currencies_are_worth(client):
    assert client.get("/pricing", instruments="EUR_USD", since=START + ":00Z")["prices"] == []
    shown = client.get("/pricing", instruments="EUR_GBP", since="2024-01-17T13:59:59Z", includeHomeConversions="TRUE")
    assert [price["instrument"] for price in shown["prices"]] == ["EUR_GBP"]
    assert [one["currency"] for one in shown["homeConversions"]] == ["EUR", "GBP"]
    assert "homeConversions" not in client.get("/pricing", instruments="EUR_GBP")
    assert isinstance(shown["prices"][0]["bids"][0]["liquidity"], int)


def test_says_how_many_units_could_still_be_traded(client):
    def room():
        return client.get("/pricing", instruments="EUR_USD")["prices"][0]["unitsAvailable"]

    fresh = room()
    client.buy(units="1000000")
    held = room()
    assert held["reduceOnly"] == {"long": "0", "short": "1000000"}
    assert held["openOnly"]["short"] == "0"
    assert int(held["default"]["long"]) < int(fresh["default"]["long"]) - 999_000
    most = int(held["default"]["short"])
    assert "orderFillTransaction" in client.order(type="MARKET", instrument="EUR_USD", units=str(-most))


def test_shows_the_newest_candles_of_each_specification(client):
    latest = client.get("/candles/latest", candleSpecifications="EUR_USD:M5:BM,USD_JPY:H1:A")["latestCandles"]
    assert [(one["instrument"], one["granularity"]) for one in latest] == [("EUR_USD", "M5"), ("USD_JPY", "H1")]
    assert [candle["complete"] for candle in latest[0]["candles"]] == [True, False]
    assert {"bid", "mid"} <= latest[0]["candles"][0].keys()
    assert latest[1]["candles"][0].keys() == {"complete", "volume", "time", "ask"}


def test_serves_the_same_candles_below_an_account(client):
    parameters = {"granularity": "H1", "count": 5}
    anywhere = client.get("/v3/instruments/EUR_USD/candles", **parameters)
    assert client.get("/instruments/EUR_USD/candles", units="100", **parameters) == anywhere
    assert [candle["complete"] for candle in anywhere["candles"]] == [True] * 4 + [False]


def test_changes_alias_and_margin_rate(client):
    changed = client.patch("/configuration", {"alias": "mine", "marginRate": 0.05})
    assert changed["clientConfigureTransaction"]["marginRate"] == "0.05"
    assert client.get("/summary")["account"]["alias"] == "mine"
    assert "clientConfigureRejectTransaction" in client.patch("/configuration", {"marginRate": "2"}, 400)


def test_keeps_a_connection_open(standing_exchange):
    exchange, _ = standing_exchange
    connection = http.client.HTTPConnection(exchange.url.removeprefix("http://"), timeout=5)
    sockets = set()
    for _ in range(3):
        connection.request("GET", "/v3/accounts", headers={"Authorization": f"Bearer {exchange.token}"})
        sockets.add(id(connection.sock))
        assert connection.getresponse().read()
    connection.close()
    assert len(sockets) == 1


def test_refuses_more_requests_in_a_second_than_it_is_told_to():
    async def ask(exchange):
        headers = {"Authorization": f"Bearer {exchange.token}"}
        async with httpx.AsyncClient(base_url=exchange.url, headers=headers, timeout=20) as asking:
            return await asyncio.gather(*(asking.get("/v3/accounts") for _ in range(140)))

    with PaperExchange(market(), rate_limit=RateLimit(requests=20)) as exchange:
        answers = asyncio.run(ask(exchange))
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert refused[0].json()["errorMessage"]
    assert refused[0].headers["Retry-After"] == "1"
    assert refused[0].headers["RequestID"]
