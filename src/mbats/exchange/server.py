"""The exchange's two ports, in the loop of its venue."""

from __future__ import annotations

import asyncio
import socket
import time
from contextlib import contextmanager
from email.utils import formatdate
from typing import TYPE_CHECKING

import uvicorn
from starlette.datastructures import MutableHeaders

from mbats.errors.exchange_server import PortTaken
from mbats.exchange.admin.application import application as admin_application
from mbats.exchange.connections import Connections
from mbats.exchange.faults.armed import Faults
from mbats.exchange.faults.middleware import FaultMiddleware
from mbats.exchange.rest.access import Access
from mbats.exchange.rest.application import application
from mbats.exchange.rest.rate_limit import RateLimit
from mbats.exchange.streams.routes import stream_routes
from mbats.exchange.web.key import page_key
from mbats.exchange.web.routes import page_routes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from mbats.exchange.streams.timing import Timing
    from mbats.exchange.venue import Venue

HOST = "127.0.0.1"
_NANOSECONDS = 1_000_000_000
_KEPT_ALIVE = 75
_GRACE = 1
_BACKLOG = 512


class ExchangeServer:
    """A venue behind its clients' port and its operator's port.

    The ports are bound at once; nothing is answered before `run`. `page_url` is the link to a page that shows the
    first token's accounts live; its key, which no server is sent with the address, may read and nothing else.

    Parameters
    ----------
    tokens
        Bearer tokens of clients, each with its accounts.
    admin_token
        The operator's.
    port, admin_port
        0: any free one.
    host
        Where clients reach it; the operator's port stays on loopback.

    Raises
    ------
    mbats.errors.exchange_server.PortTaken
    """

    def __init__(
        self,
        venue: Venue,
        tokens: Mapping[str, Sequence[str]],
        admin_token: str,
        *,
        port: int = 0,
        admin_port: int = 0,
        host: str = HOST,
        rate_limit: RateLimit | None = None,
        timing: Timing | None = None,
    ) -> None:
        self.venue, self.faults = venue, Faults(time.monotonic)
        connections = self._connections = Connections()
        access = Access(tokens)
        added = [*stream_routes(venue, access, connections, timing), *page_routes(venue, tokens, connections)]
        clients = application(venue, access, streams=added, rate_limit=rate_limit)
        disturbed = Dated(FaultMiddleware(clients, self.faults, connections), venue)
        admin = admin_application(venue, self.faults, admin_token, connections)
        self._sockets = [_bound(host, port), _bound(HOST, admin_port)]
        self._servers = [_server(disturbed, connections), _server(admin, Connections())]
        clients_port, operators_port = (bound.getsockname()[1] for bound in self._sockets)
        self.url, self.admin_url = f"http://{host}:{clients_port}", f"http://{HOST}:{operators_port}"
        self.page_url = f"{self.url}/#key={page_key(next(iter(tokens)))}"

    async def run(self) -> None:
        """Serve, and let the market's time pass, until `stop`; the market may end before."""
        market = asyncio.create_task(self.venue.run())
        market.add_done_callback(self._market_done)
        try:
            async with asyncio.TaskGroup() as group:
                for server, bound in zip(self._servers, self._sockets, strict=True):
                    group.create_task(server.serve([bound]))
        finally:
            market.cancel()
        if market.done() and not market.cancelled():
            market.result()

    def stop(self) -> None:
        """Let `run` return soon: streams end, other requests get a second to."""
        self._connections.closing.set()
        for server in self._servers:
            server.should_exit = True

    def _market_done(self, market: asyncio.Task[None]) -> None:
        if not market.cancelled() and market.exception():
            self.stop()


class Dated:
    """Says the venue's time, as clients are shown it, in the header ``Date`` of every answer."""

    def __init__(self, app: ASGIApp, venue: Venue) -> None:
        self._app, self._venue = app, venue

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""

        async def dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                seconds = self._venue.now() // _NANOSECONDS
                MutableHeaders(scope=message)["Date"] = formatdate(seconds, usegmt=True)
            await send(message)

        await self._app(scope, receive, dated)


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to whoever owns the process."""
        yield


def _server(app: ASGIApp, connections: Connections) -> _Server:
    return _Server(
        uvicorn.Config(
            app,
            http=connections.protocol(),
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
            timeout_keep_alive=_KEPT_ALIVE,
            timeout_graceful_shutdown=_GRACE,
        )
    )


def _bound(host: str, port: int) -> socket.socket:
    # asyncio sends small packets at once only on sockets that say they are TCP: else each reply waits 40 ms for an ACK.
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError as error:
        bound.close()
        raise PortTaken(port=port, why=error.strerror) from None
    bound.listen(_BACKLOG)
    return bound
