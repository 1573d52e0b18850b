"""The paper exchange beside a bare Starlette endpoint: requests a second on loopback, and prices to twenty readers."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import uvicorn
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from benchmarks.row import Row
from mbats.bootstrap.exchange import PaperExchange
from mbats.bootstrap.exchange_market import recorded_market
from mbats.exchange.pacing import Stepped
from mbats.market.bars import Bars, Quotes
from mbats.market.catalogue import fx_pair
from mbats.market.timeframe import Timeframe

if TYPE_CHECKING:
    from collections.abc import Sequence
    from multiprocessing.synchronize import Event

    from mbats.bootstrap.exchange_market import Market

REQUESTS, TURNS, READERS = 1_000, 3, 20
HOUR = 3_600_000_000_000
START = 1_704_708_000_000_000_000  # Monday 8 January 2024, 10:00 UTC
_PATIENCE = 60.0


def rows() -> list[Row]:
    """Measure all three, requests by turns; the clients are a process of their own."""
    ready, port = multiprocessing.Event(), multiprocessing.Value("i", 0)
    bare = multiprocessing.Process(target=_serve_bare, args=(ready, port), daemon=True)
    bare.start()
    assert ready.wait(_PATIENCE)
    with PaperExchange(_market(), pacing=Stepped()) as exchange:
        account = f"/v3/accounts/{exchange.account}"
        head = f"Host: x\r\nAuthorization: Bearer {exchange.token}\r\nContent-Type: application/json\r\n"
        asks = f"GET {account}/summary HTTP/1.1\r\n{head}\r\n"
        # In and out again: an account with thousands of open trades is another measurement.
        orders = [_order(account, head, units) for units in ("1", "-1")]
        place = int(exchange.url.rpartition(":")[2])
        jobs = [(port.value, [f"GET / HTTP/1.1\r\n{head}\r\n"]), (place, [asks]), (place, orders)]
        constant, summary, order = _by_turns(jobs)
        messages = _fan_out(exchange, head)
    bare.terminate()
    against = f"a bare Starlette endpoint ({constant:,.0f}/s)"
    return [
        Row("exchange: account summary", summary, "requests/s", against, constant / summary),
        Row("exchange: market order to fill, kept in memory", order, "requests/s", against, constant / order),
        Row(f"exchange: prices to {READERS} readers", messages, "lines/s", against, constant / messages),
    ]


def _order(account: str, head: str, units: str) -> str:
    body = json.dumps({"order": {"type": "MARKET", "instrument": "EUR_USD", "units": units}})
    return f"POST {account}/orders HTTP/1.1\r\n{head}Content-Length: {len(body)}\r\n\r\n{body}"


def _by_turns(jobs: Sequence[tuple[int, Sequence[str]]]) -> list[float]:
    rates = [[_rate(port, requests) for port, requests in jobs] for _ in range(TURNS)]
    return [float(np.median(column)) for column in zip(*rates, strict=True)]


def _rate(port: int, requests: Sequence[str]) -> float:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(ask, (port, requests))


def ask(port: int, requests: Sequence[str]) -> float:
    """Send `requests` in turn over one connection, each after the reply before; return how many a second."""
    return asyncio.run(_ask(port, [request.encode() for request in requests]))


async def _ask(port: int, requests: Sequence[bytes]) -> float:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for number in range(REQUESTS + 100):
        if number == 100:
            began = time.perf_counter()
        writer.write(requests[number % len(requests)])
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith((b"HTTP/1.1 200", b"HTTP/1.1 201")), head
        length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length"))
        await reader.readexactly(int(length.partition(b":")[2]))
    writer.close()
    return REQUESTS / (time.perf_counter() - began)


def _fan_out(exchange: PaperExchange, head: str) -> float:
    port = int(exchange.url.rpartition(":")[2])
    path = f"/v3/accounts/{exchange.account}/pricing/stream?instruments=EUR_USD&snapshot=false"
    context = multiprocessing.get_context("spawn")
    listening, count = context.Event(), context.Value("i", 0)
    request = f"GET {path} HTTP/1.1\r\n{head}\r\n"
    child = context.Process(target=listen, args=(port, request, listening, count), daemon=True)
    child.start()
    assert listening.wait(_PATIENCE)
    began, lines = time.perf_counter(), 0
    expected = READERS * exchange.call(_count(exchange))
    while lines < expected:
        assert time.perf_counter() - began < _PATIENCE, (lines, expected)
        time.sleep(0.005)
        lines = count.value
    taken = time.perf_counter() - began
    child.terminate()
    return lines / taken


async def _count(exchange: PaperExchange) -> int:
    """Let two days pass and return how many lines a reader should get."""
    told, last = 0, None
    with exchange.venue.prices.subscription(100_000) as subscription:
        await exchange.venue.step(exchange.venue.exchange.time + 48 * HOUR)
        for price in await subscription.batch(0):
            said = price.quote.bid, price.quote.ask, price.quote.tradeable
            told, last = told + (said != last), said
    return told


def listen(port: int, request: str, listening: Event, count: Any) -> None:
    """Read so many streams at once and count their prices."""
    asyncio.run(_listen(port, request.encode(), listening, count))


async def _listen(port: int, request: bytes, listening: Event, count: Any) -> None:
    streams = [await asyncio.open_connection("127.0.0.1", port) for _ in range(READERS)]
    for reader, writer in streams:
        writer.write(request)
        await reader.readuntil(b"\r\n\r\n")
    listening.set()

    async def drain(reader: asyncio.StreamReader) -> None:
        while chunk := await reader.read(1 << 16):
            count.value += chunk.count(b'"closeoutBid"')

    await asyncio.gather(*(drain(reader) for reader, _ in streams))


def _serve_bare(ready: Event, port: Any) -> None:
    async def constant(_: object) -> Response:
        return Response(b'{"account":{}}', media_type="application/json")

    async def serve() -> None:
        app = Starlette(routes=[Route("/", constant)])
        server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, access_log=False, lifespan="off"))
        task = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.01)
        port.value = server.servers[0].sockets[0].getsockname()[1]
        ready.set()
        await task

    asyncio.run(serve())


def _market() -> Market:
    time_ = START + np.arange(20_000, dtype=np.int64) * 300_000_000_000
    steps = np.random.default_rng(1).integers(-9, 10, len(time_))
    close = (110_000 + np.cumsum(steps)) / 1e5
    opens = np.append(1.1, close[:-1])
    bid = Quotes(opens, np.maximum(opens, close) + 1e-4, np.minimum(opens, close) - 1e-4, close)
    ask = Quotes(*(getattr(bid, name) + 2e-5 for name in ("open", "high", "low", "close")))
    mid = Quotes(*(getattr(bid, name) + 1e-5 for name in ("open", "high", "low", "close")))
    bars = Bars(
        fx_pair("EUR_USD"), Timeframe("M5"), time_, time_ + 300_000_000_000, mid, np.zeros(len(time_)), bid, ask, "made"
    )
    return recorded_market({"EUR_USD": bars}, START)
