"""The paper exchange in a thread of this process, asked over HTTP."""

from decimal import Decimal
from time import perf_counter

import pytest

from fakes.exchange_client import Client
from fakes.tapes import at, walk
from mbats.bootstrap.exchange import PaperExchange
from mbats.bootstrap.exchange_market import recorded_market
from mbats.clock import SystemClock
from mbats.errors.exchange_server import PortTaken
from mbats.exchange.pacing import Flowing
from mbats.market.local_time import HOUR

START = at("2024-07-02T10:00")
MARKET = recorded_market({"EUR_USD": walk("EUR_USD", "2024-07-01", "2024-07-04")}, START)


def test_a_block_lives_with_an_exchange_of_its_own() -> None:
    with PaperExchange(MARKET, cash=Decimal(5_000), accounts=("101-001-7-001", "101-001-7-002")) as paper:
        client = Client(paper.url, paper.token)
        assert [one["id"] for one in client.get("/v3/accounts")["accounts"]] == list(paper.accounts)
        summary = client.get(f"/v3/accounts/{paper.account}/summary")["account"]
        assert (summary["balance"], summary["currency"]) == ("5000.0000", "USD")
        operator = Client(paper.admin_url, paper.admin_token)
        turn = operator.turn("me", "0")
        assert turn == {"time": str(START), "moment": "2024-07-02T10:00:00.000000000Z", "done": False}
        assert operator.turn("me", turn["time"])["time"] == str(START + HOUR)
        assert paper.venue.exchange.time == START + HOUR
        paper.call(paper.venue.halt(["EUR_USD"]))
        price = client.get(f"/v3/accounts/{paper.account}/pricing?instruments=EUR_USD")["prices"][0]
        assert price["tradeable"] is False


def test_clients_reach_it_at_the_host_that_was_named_and_its_operator_on_loopback() -> None:
    with PaperExchange(MARKET, host="localhost") as paper:
        assert paper.url.startswith("http://localhost:")
        assert paper.admin_url.startswith("http://127.0.0.1:")
        assert Client(paper.url, paper.token).get("/v3/accounts")["accounts"]


def test_replies_do_not_wait_for_acknowledgements() -> None:
    with PaperExchange(MARKET) as paper:
        client, spent = Client(paper.url, paper.token), []
        for _ in range(20):
            began = perf_counter()
            client.get("/v3/accounts")
            spent.append(perf_counter() - began)
    assert min(spent) < 0.03  # with a delayed acknowledgement each takes 0.04 s


def test_flowing_time_reaches_the_end_of_the_tape() -> None:
    with PaperExchange(MARKET, pacing=Flowing(SystemClock(), 1e6)) as paper:
        client = Client(paper.url, paper.token)
        while not paper.venue.ended:
            assert client.get(f"/v3/accounts/{paper.account}/pricing?instruments=EUR_USD")["prices"]
        candles = client.get("/v3/instruments/EUR_USD/candles?granularity=H1&count=10")["candles"]
    assert all(candle["complete"] for candle in candles)
    assert candles[-1]["time"] == "2024-07-03T23:00:00.000000000Z"


def test_a_port_that_is_taken_is_named() -> None:
    with PaperExchange(MARKET) as paper:
        port = int(paper.url.rpartition(":")[2])
        with pytest.raises(PortTaken, match=str(port)), PaperExchange(MARKET, port=port):
            raise AssertionError
