"""Both streams as a client meets them: chunks on a socket, heartbeats, order, limits, and readers that do not read."""

import json
import resource
import socket
import time
from contextlib import closing, contextmanager, suppress
from decimal import Decimal
from itertools import pairwise
from urllib.parse import urlsplit

import httpx
import pytest

from fakes.tapes import at
from fixtures.exchange import START, Client, market
from mbats.bootstrap.exchange import PaperExchange
from mbats.clock import SystemClock
from mbats.exchange.pacing import Flowing, Stepped
from mbats.exchange.streams.timing import Timing

SECOND = 1_000_000_000
ACCOUNTS = ("101-001-1000000-001", "101-001-1000000-002")
QUICK = Timing(heartbeat=0.15, window=0.05, patience=0.3)


@contextmanager
def running(pacing=None, timing=QUICK):
    with PaperExchange(market(), pacing=pacing or Stepped(), timing=timing, accounts=ACCOUNTS) as exchange:
        yield exchange


@contextmanager
def listening(exchange, stream, account=None, **parameters):
    """Yield the lines of a stream, parsed."""
    headers = {"Authorization": f"Bearer {exchange.token}"}
    path = f"{exchange.url}/v3/accounts/{account or exchange.account}/{stream}/stream"
    with httpx.stream("GET", path, params=parameters, headers=headers, timeout=10) as response:
        assert response.status_code == 200
        assert response.headers["Content-Type"] == "application/octet-stream"
        assert "Content-Encoding" not in response.headers
        yield (json.loads(line) for line in response.iter_lines())


def opened(exchange, stream, receive_buffer=None, **parameters):
    """Return a socket on which a stream has been asked for."""
    connection = socket.socket()
    if receive_buffer:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    place = urlsplit(exchange.url)
    connection.settimeout(10)
    connection.connect((place.hostname, place.port))
    query = "&".join(f"{name}={value}" for name, value in parameters.items())
    path = f"/v3/accounts/{exchange.account}/{stream}/stream?{query}"
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {exchange.token}\r\n\r\n".encode())
    return connection


def step(exchange, seconds):
    exchange.call(exchange.venue.step(exchange.venue.exchange.time + int(seconds * SECOND)))


def eventually(condition):
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def prices_until_quiet(lines):
    """Return prices up to two heartbeats in a row."""
    heard, beats = [], 0
    while beats < 2:
        line = next(lines)
        beats = beats + 1 if line["type"] == "HEARTBEAT" else 0
        heard += [line] if not beats else []
    return heard


def test_the_snapshot_comes_first_and_heartbeats_follow():
    with running() as exchange, listening(exchange, "pricing", instruments="EUR_USD,USD_JPY") as lines:
        first, second, third, fourth = (next(lines) for _ in range(4))
    assert [(line["type"], line["instrument"]) for line in (first, second)] == [
        ("PRICE", "EUR_USD"),
        ("PRICE", "USD_JPY"),
    ]
    assert third == fourth == {"type": "HEARTBEAT", "time": "2024-01-17T14:00:00.000000000Z"}


def test_a_closed_market_has_a_snapshot_too_and_only_heartbeats_then():
    with running() as exchange:
        exchange.call(exchange.venue.halt(["EUR_USD"]))
        with listening(exchange, "pricing", instruments="EUR_USD") as lines:
            shown = next(lines)
            assert (shown["tradeable"], shown["status"]) == (False, "non-tradeable")
            assert [next(lines)["type"] for _ in range(3)] == ["HEARTBEAT"] * 3


def test_without_a_snapshot_only_changes_come():
    with running() as exchange, listening(exchange, "pricing", instruments="EUR_USD", snapshot="False") as lines:
        assert next(lines)["type"] == "HEARTBEAT"


def test_each_line_is_a_chunk_of_its_own():
    with running() as exchange, closing(opened(exchange, "pricing", instruments="EUR_USD,USD_JPY")) as connection:
        raw = b""
        while raw.count(b"HEARTBEAT") < 2:
            raw += connection.recv(65_536)
    head, _, body = raw.partition(b"\r\n\r\n")
    assert b"transfer-encoding: chunked" in head.lower()
    chunks = []
    while body:
        size, _, rest = body.partition(b"\r\n")
        chunks.append(rest[: int(size, 16)])
        body = rest[int(size, 16) + 2 :]
    assert [json.loads(chunk)["type"] for chunk in chunks] == ["PRICE", "PRICE", "HEARTBEAT", "HEARTBEAT"]
    assert all(chunk.endswith(b"\n") for chunk in chunks)


def test_a_stepped_market_tells_every_change_of_the_instruments_asked_for():
    with running() as exchange, listening(exchange, "pricing", instruments="EUR_USD") as lines:
        heard = [next(lines)]
        step(exchange, 3_600)
        heard += prices_until_quiet(lines)
    assert len(heard) > 12  # so many bars begin
    assert {line["instrument"] for line in heard} == {"EUR_USD"}
    times = [line["time"] for line in heard]
    assert times == sorted(times)
    prices = [(line["closeoutBid"], line["closeoutAsk"]) for line in heard]
    assert all(one != two for one, two in pairwise(prices))


def test_a_flowing_market_tells_an_instrument_four_times_a_second():
    both = {"instruments": "EUR_USD,USD_JPY", "snapshot": "false"}
    with (
        running(Flowing(SystemClock(), 6_000.0), Timing()) as exchange,
        listening(exchange, "pricing", **both) as lines,
    ):
        began, heard = time.monotonic(), []
        while time.monotonic() - began < 1.5:
            heard.append(next(lines)["instrument"])
    assert 3 <= heard.count("EUR_USD") <= 7
    assert 3 <= heard.count("USD_JPY") <= 7


def test_transactions_come_in_order_and_only_to_their_own_account():
    with running() as exchange:
        one, other = Client(exchange), Client(exchange)
        other.account = f"/v3/accounts/{ACCOUNTS[1]}"
        with listening(exchange, "transactions") as mine, listening(exchange, "transactions", ACCOUNTS[1]) as theirs:
            next(mine), next(theirs)
            for _ in range(5):
                one.buy(units="100", stopLossOnFill={"distance": "0.00500"})
            other.buy(units="7")
            last = one.get("/summary")["lastTransactionID"]
            heard, apart = [], []
            while not (heard and heard[-1]["type"] == "HEARTBEAT" and heard[-1]["lastTransactionID"] == last):
                heard.append(next(mine))
            while len(apart) < 2:
                if (line := next(theirs))["type"] != "HEARTBEAT":
                    apart.append(line)
        records = [line for line in heard if line["type"] != "HEARTBEAT"]
        assert records == one.get("/transactions/sinceid", id=3)["transactions"]
        assert {record["accountID"] for record in records} == {ACCOUNTS[0]}
        assert [(record["accountID"], record["units"]) for record in apart] == [(ACCOUNTS[1], "7")] * 2


def test_times_are_written_as_the_client_wants_them():
    with running() as exchange:
        headers = {"Authorization": f"Bearer {exchange.token}", "Accept-Datetime-Format": "UNIX"}
        path = f"{exchange.url}/v3/accounts/{exchange.account}/pricing/stream"
        with httpx.stream("GET", path, params={"instruments": "EUR_USD"}, headers=headers) as response:
            line = json.loads(next(response.iter_lines()))
    assert Decimal(line["time"]) == Decimal(at(START)) / SECOND


def test_the_twenty_first_stream_is_refused_until_another_ends():
    with running() as exchange:
        streams = [opened(exchange, "transactions") for _ in range(20)]
        assert {one.recv(12) for one in streams} == {b"HTTP/1.1 200"}
        with closing(opened(exchange, "transactions")) as refused:
            assert refused.recv(12) == b"HTTP/1.1 429"
        assert Client(exchange).get("/summary")
        streams.pop().close()
        eventually(lambda: len(exchange.venue.transactions) == 19)
        with closing(opened(exchange, "transactions")) as again:
            assert again.recv(12) == b"HTTP/1.1 200"
        for one in streams:
            one.close()
        eventually(lambda: len(exchange.venue.transactions) == 0)


@pytest.mark.parametrize(
    ("parameters", "status"), [({}, 400), ({"instruments": "NOK_SEK"}, 400), ({"instruments": "EUR_USD,,"}, 200)]
)
def test_a_stream_of_nothing_or_of_something_unknown_is_refused(parameters, status):
    with running() as exchange, closing(opened(exchange, "pricing", **parameters)) as connection:
        assert connection.recv(12) == b"HTTP/1.1 %d" % status


def test_a_reader_that_does_not_read_is_cut_and_costs_no_memory():
    with running() as exchange, closing(opened(exchange, "pricing", 4_096, instruments="EUR_USD")) as idle:
        eventually(lambda: len(exchange.venue.prices) == 1)
        with listening(exchange, "pricing", instruments="EUR_USD") as lines:
            next(lines)
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            for _ in range(12):
                step(exchange, 12 * 3_600)
                prices_until_quiet(lines)
            eventually(lambda: len(exchange.venue.prices) == 1)
            assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 30_000
        assert 0 < received(idle) < 1_000_000


def received(connection):
    """Return how many bytes come before the connection's end."""
    count = 0
    with suppress(ConnectionError):
        while chunk := connection.recv(65_536):
            count += len(chunk)
    return count
