"""An HTTP response without an end: one JSON object a line, one line a chunk."""

from __future__ import annotations

import asyncio
import logging
from contextlib import aclosing, suppress
from typing import TYPE_CHECKING

from starlette.responses import Response

from mbats.errors.exchange_streams import ReaderTooSlow

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from starlette.types import Receive, Scope, Send

    from mbats.exchange.connections import Connections
    from mbats.exchange.streams.seats import Seats

_HEADERS = [(b"content-type", b"application/octet-stream"), (b"cache-control", b"no-store")]
_END = {"type": "http.response.body", "body": b""}
_log = logging.getLogger(__name__)


class LineStream(Response):
    """Sends `lines` until they or the client end; never compressed, and each chunk is one whole line.

    Parameters
    ----------
    connections
        Where the connection of a client that does not read is cut.
    patience
        Seconds for which a client may keep a line waiting. A client that reads slower than lines come is cut, too: what
        waits for it in this process is limited (`mbats.exchange.topic`).
    """

    def __init__(
        self, lines: AsyncGenerator[bytes, None], seats: Seats, connections: Connections, patience: float
    ) -> None:
        super().__init__()
        self._lines, self._seats, self._connections, self._patience = lines, seats, connections, patience

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Stream until somebody leaves."""
        with self._seats.taken(scope):
            works = self._pump(send), _left(receive), self._connections.closing.wait()
            pump, *ends = [asyncio.ensure_future(work) for work in works]
            try:
                await asyncio.wait({pump, *ends}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in (pump, *ends):
                    task.cancel()
            with suppress(asyncio.CancelledError):
                try:
                    await pump
                except (TimeoutError, ReaderTooSlow) as error:
                    _log.warning("%s: %s was cut: %s", scope["path"], scope["client"], str(error) or "it does not read")
                    await self._connections.cut(scope, receive)
            if pump.cancelled() and self._connections.closing.is_set():
                await send(_END)

    async def _pump(self, send: Send) -> None:
        async with aclosing(self._lines) as lines:
            await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
            async for line in lines:
                async with asyncio.timeout(self._patience):
                    await send({"type": "http.response.body", "body": line, "more_body": True})
        await send(_END)


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
