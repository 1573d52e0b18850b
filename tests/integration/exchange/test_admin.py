"""The operator's port on a real server: each fault as its victim meets it, and what is done to market and accounts."""

import time
from email.utils import parsedate_to_datetime

import httpx
import pytest

from fixtures.exchange import market
from mbats.bootstrap.exchange import PaperExchange
from mbats.clock import SystemClock
from mbats.exchange.pacing import Flowing

ORDERS = "*/orders"


class Operator:
    def __init__(self, exchange):
        self.http = httpx.Client(
            base_url=exchange.admin_url, headers={"Authorization": f"Bearer {exchange.admin_token}"}, timeout=10
        )

    def post(self, place, expected=200, **body):
        response = self.http.post(place, json=body)
        assert response.status_code == expected, response.text
        return response.json()

    def fault(self, kind, **more):
        return self.post("/v1/faults", 201, kind=kind, **more)["id"]


@pytest.fixture
def operator(exchange):
    operator = Operator(exchange)
    yield operator
    operator.http.close()


def last(client):
    return int(client.get("/summary")["lastTransactionID"])


@pytest.mark.parametrize(("kind", "applied"), [("drop-before", 0), ("drop-after", 1)])
def test_a_dropped_order_leaves_its_client_in_the_dark(client, operator, kind, applied):
    before = last(client)
    operator.fault(kind, method="POST", path=ORDERS)
    with pytest.raises(httpx.RemoteProtocolError):
        client.buy()
    assert last(client) == before + 2 * applied
    client.buy()


def test_a_delayed_order_lands_after_its_client_has_given_up(client, operator):
    before = last(client)
    operator.fault("delay-before", method="POST", path=ORDERS, delay=0.4)
    client.http.timeout = 0.1
    with pytest.raises(httpx.ReadTimeout):
        client.buy()
    client.http.timeout = 10
    assert last(client) == before
    time.sleep(0.6)
    assert last(client) == before + 2


def test_a_duplicated_order_is_filled_twice_with_one_client_id(client, operator):
    operator.fault("duplicate", method="POST", path=ORDERS)
    reply = client.buy(clientExtensions={"id": "once"})
    fills = [
        record
        for record in client.get("/transactions/sinceid", id=3)["transactions"]
        if record["type"] == "ORDER_FILL" and record["clientOrderID"] == "once"
    ]
    assert len(fills) == 2
    assert fills[0]["id"] == reply["orderFillTransaction"]["id"]


def test_refusals_and_garbled_replies_say_nothing_of_what_happened(client, operator):
    before = last(client)
    operator.fault("status-before", method="POST", path=ORDERS, status=429, retry_after=2)
    response = client.http.post(f"{client.account}/orders", json={})
    assert (response.status_code, response.headers["Retry-After"]) == (429, "2")
    operator.fault("status-after", method="POST", path=ORDERS, status=504)
    order = {"order": {"type": "MARKET", "instrument": "EUR_USD", "units": "1"}}
    assert client.http.post(f"{client.account}/orders", json=order).status_code == 504
    operator.fault("garble", method="POST", path=ORDERS)
    with pytest.raises(ValueError, match="decode"):
        client.http.post(f"{client.account}/orders", json=order).json()
    assert last(client) == before + 4


def test_streams_stall_and_are_cut(exchange, client, operator):
    operator.fault("cut", path="*/pricing/stream", skip=1)
    address = f"{client.account}/pricing/stream"
    with client.http.stream("GET", address, params={"instruments": "EUR_USD,USD_JPY"}) as response:
        lines = response.iter_lines()
        assert '"EUR_USD"' in next(lines)
        with pytest.raises(httpx.RemoteProtocolError):
            next(lines)
    operator.fault("stall", path="*/pricing/stream", times=None)
    quick = httpx.Timeout(10, read=0.3)
    with (
        pytest.raises(httpx.ReadTimeout),
        client.http.stream("GET", address, params={"instruments": "EUR_USD"}, timeout=quick) as response,
    ):
        next(response.iter_lines())


def test_faults_are_listed_cleared_and_refused_by_name(operator):
    number = operator.fault("drop-before", path="*/nothing")
    assert operator.http.get("/v1/faults").json()["faults"][0]["id"] == number
    assert operator.http.delete(f"/v1/faults/{number}").json() == {"faults": []}
    assert operator.http.delete(f"/v1/faults/{number}").status_code == 404
    assert "one of drop-before" in operator.post("/v1/faults", 400, kind="explode")["errorMessage"]
    assert operator.http.post("/v1/faults", content=b"[1").status_code == 400


def test_nobody_else_is_let_in(exchange, operator):
    for token in (exchange.token, "wrong", f"{exchange.admin_token}x"):
        response = httpx.get(f"{exchange.admin_url}/v1/state", headers={"Authorization": f"Bearer {token}"})
        assert response.status_code == 401
        assert "its own token" in response.json()["errorMessage"]
    assert httpx.get(f"{exchange.admin_url}/v1/state").status_code == 401


def test_a_gap_fills_a_stop_at_the_first_price_and_stays(exchange, client, operator):
    opened = client.buy(units="1000", stopLossOnFill={"distance": "0.00200"})["orderFillTransaction"]
    moved = operator.post("/v1/market/gap", instrument="EUR_USD", pips=-100)["instruments"][0]
    assert moved["shift"] == "-0.0100"
    fill = client.get("/transactions/sinceid", id=int(opened["id"]))["transactions"][-1]
    assert (fill["type"], fill["reason"], fill["price"]) == ("ORDER_FILL", "STOP_LOSS_ORDER", moved["bid"])
    back = operator.post("/v1/market/gap", instrument="EUR_USD")["instruments"][0]
    assert float(back["bid"]) == pytest.approx(float(moved["bid"]) + 0.01)
    there = operator.post("/v1/market/gap", instrument="EUR_USD", price="1.30000")["instruments"][0]
    assert (float(there["bid"]) + float(there["ask"])) / 2 == pytest.approx(1.3, abs=2e-5)


def test_a_halted_instrument_refuses_orders_until_it_is_resumed(exchange, client, operator):
    operator.post("/v1/market/halt", instruments=["EUR_USD"])
    exchange.call(exchange.venue.step(exchange.venue.exchange.time + 3_600_000_000_000))
    assert client.buy()["orderCancelTransaction"]["reason"] == "MARKET_HALTED"
    assert client.buy("USD_JPY")["orderFillTransaction"]
    state = operator.post("/v1/market/resume", instruments=["EUR_USD"])["instruments"][0]
    assert (state["tradeable"], state["halted"]) == (True, False)
    assert client.buy()["orderFillTransaction"]["price"] == state["ask"]


def test_thin_liquidity_fills_a_part(client, operator):
    operator.post("/v1/market/liquidity", instrument="EUR_USD", units=300)
    assert client.buy(units="1000", timeInForce="IOC")["orderFillTransaction"]["units"] == "300"
    assert client.buy(units="1000")["orderCancelTransaction"]["reason"] == "INSUFFICIENT_LIQUIDITY"
    operator.post("/v1/market/liquidity", instrument="EUR_USD", units=None)
    assert client.buy(units="1000")["orderFillTransaction"]["units"] == "1000"


def test_money_moves_and_a_margin_call_closes_everything(exchange, client, operator):
    told = operator.post("/v1/accounts/transfer", account=exchange.account, amount="-90000.5", comment="test")
    assert client.get("/summary")["account"]["balance"] == "9999.5000"
    assert told["lastTransactionID"] == str(last(client))
    client.buy(units="1000")
    operator.post("/v1/accounts/margin-call", account=exchange.account)
    assert client.get("/openTrades")["trades"] == []
    reasons = [record.get("reason") for record in client.get("/transactions/sinceid", id=3)["transactions"]]
    assert "MARKET_ORDER_MARGIN_CLOSEOUT" in reasons
    assert "must be one of" in operator.post("/v1/accounts/transfer", 400, account="x", amount=1)["errorMessage"]
    wrong = operator.post("/v1/accounts/transfer", 400, account=exchange.account, amount="NaN")
    assert "a decimal number" in wrong["errorMessage"]


def test_a_skewed_clock_shows_where_the_venue_says_the_time(exchange, client, operator):
    operator.post("/v1/clock", skew=-90.5)
    response = client.http.get(f"{client.account}/pricing", params={"instruments": "EUR_USD"})
    assert response.json()["time"] == "2024-01-17T13:58:29.500000000Z"
    assert parsedate_to_datetime(response.headers["Date"]).isoformat() == "2024-01-17T13:58:29+00:00"
    assert operator.http.get("/v1/state").json()["time"] == "2024-01-17T14:00:00.000000000Z"


def test_turns_are_taken_repeated_and_left(exchange, operator):
    first = operator.post("/v1/turns", name="one", after="0")
    assert first["moment"] == "2024-01-17T14:00:00.000000000Z"
    second = operator.post("/v1/turns", name="one", after=first["time"])
    assert second["moment"] == "2024-01-17T14:05:00.000000000Z"
    assert operator.post("/v1/turns", name="one", after=first["time"]) == second
    assert operator.http.get("/v1/state").json()["participants"] == ["one"]
    assert operator.http.delete("/v1/turns/one").json() == {"participants": []}
    assert "whole number" in operator.post("/v1/turns", 400, name="one", after="-1")["errorMessage"]


def test_turns_are_for_stepped_markets():
    with PaperExchange(market(), pacing=Flowing(SystemClock(), 60.0)) as exchange:
        assert "stepped" in Operator(exchange).post("/v1/turns", 400, name="one")["errorMessage"]
