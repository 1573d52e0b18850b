"""Streams that fall silent, break, or bring nonsense."""

import asyncio
import json

import httpx
import pytest

from mbats.adapters.oanda.client import QUIET_SECONDS
from mbats.adapters.oanda.streams import PriceStream, TransactionStream
from mbats.errors.broker import ForbiddenAccount, RequestRefused, WrongToken

HEARTBEAT = {"type": "HEARTBEAT", "time": "2024-01-10T12:00:00.000000000Z", "lastTransactionID": "7"}
FILL = {"id": "8", "type": "ORDER_FILL"}


def price(tradeable=True, instrument="EUR_USD", **more):
    sides = {"bids": [{"price": "1.1", "liquidity": 1}], "asks": [{"price": "1.2", "liquidity": 1}]}
    time = "2024-01-10T12:00:00.000000000Z"
    return {"type": "PRICE", "instrument": instrument, "time": time, "tradeable": tradeable, **sides, **more}


class Chunks(httpx.AsyncByteStream):
    """What a connection brings, and the error with which it ends."""

    def __init__(self, *parts):
        self._parts = parts

    async def __aiter__(self):
        for part in self._parts:
            if isinstance(part, Exception):
                raise part
            yield part if isinstance(part, bytes) else json.dumps(part).encode() + b"\n"


def connection(*parts):
    return lambda request: httpx.Response(200, stream=Chunks(*parts))


def heard(generator, count):
    async def listen():
        return [await anext(generator) for _ in range(count)]

    return asyncio.run(listen())


def test_every_opening_is_told_and_a_broken_stream_is_opened_again(client, server, timing):
    server.answers["/transactions/stream"] = [
        connection(HEARTBEAT, FILL),
        httpx.ConnectError("down"),
        httpx.Response(503),
        connection(httpx.ReadTimeout("silent")),
        connection(HEARTBEAT, httpx.ReadError("reset")),
        connection(FILL),
    ]
    messages = heard(TransactionStream(client).messages(), 7)
    assert [one["type"] for one in messages] == [
        *("CONNECTED", "HEARTBEAT", "ORDER_FILL"),
        "CONNECTED",
        *("CONNECTED", "HEARTBEAT"),
        "CONNECTED",
    ]
    assert len(server.asked) == 6
    assert timing.waits == [0.75, 1.5, 3.0, 6.0, 0.75], "growing, until a heartbeat says that all is well"


def test_waits_grow_to_a_minute_and_no_further(client, server, timing):
    server.answers["/transactions/stream"] = [httpx.ConnectError("down")] * 10 + [connection(FILL)]
    heard(TransactionStream(client).messages(), 1)
    assert max(timing.waits) == pytest.approx(45)
    assert sum(timing.waits) > 190


def test_garbled_lines_are_passed_over_and_cut_ones_are_put_together(client, server):
    halves = json.dumps(FILL).encode() + b"\n"
    server.answers["/transactions/stream"] = [
        connection(b"\n", b'{"type": "ORD\n', b"[1]\n", b"\xff\xfe\n", halves[:9], halves[9:], HEARTBEAT)
    ]
    messages = heard(TransactionStream(client).messages(), 3)
    assert messages[1:] == [FILL, HEARTBEAT]


@pytest.mark.parametrize(("status", "error"), [(401, WrongToken), (403, ForbiddenAccount), (400, RequestRefused)])
def test_what_no_reconnect_mends_is_raised(client, server, timing, status, error):
    server.answers["/transactions/stream"] = [httpx.Response(status, json={"errorMessage": "no"})]
    with pytest.raises(error):
        heard(TransactionStream(client).messages(), 1)
    assert not timing.waits


def test_only_prices_that_can_be_traded_at_come_through(client, server):
    leaked = {"id": "8", "type": "ORDER_FILL"}
    server.answers["/pricing/stream"] = [
        connection(price(False), HEARTBEAT, leaked, {"type": "PRICE"}, price(bids=[]), price(instrument="USD_JPY"))
    ]
    (quote,) = heard(PriceStream(client, ["EUR_USD", "USD_JPY"]).quotes(), 1)
    assert (quote.instrument, quote.tradeable) == ("USD_JPY", True)
    _, _, query, _ = server.asked[0]
    assert query == {"instruments": "EUR_USD,USD_JPY", "snapshot": "true"}


def test_the_watchdog_waits_longer_than_two_heartbeats(client, server):
    limits = []

    def notice(request):
        limits.append(request.extensions["timeout"]["read"])
        return httpx.Response(200, stream=Chunks(HEARTBEAT))

    server.answers["/transactions/stream"] = notice
    stream = TransactionStream(client)
    assert stream.heard_at is None
    heard(stream.messages(), 2)
    assert limits == [QUIET_SECONDS]
    assert 10 < QUIET_SECONDS <= 15
    assert stream.heard_at is not None
