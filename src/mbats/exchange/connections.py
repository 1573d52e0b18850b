"""The open connections of a server, so that one can be cut in the middle of whatever it is doing."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING, Any, TypeVar

from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    from collections.abc import Coroutine, MutableMapping

    from starlette.types import Receive


Result = TypeVar("Result")

_WAITING_BYTES = 128 * 1024


class Connections:
    """Transports by the address of their peer, which ASGI tells of every request.

    Attributes
    ----------
    closing
        Set when the server is about to stop: whoever waits for something to happen should end.
    """

    def __init__(self) -> None:
        self._transports: dict[Any, asyncio.Transport] = {}
        self.closing = asyncio.Event()

    def __len__(self) -> int:
        return len(self._transports)

    def protocol(self) -> type[H11Protocol]:
        """Return uvicorn's HTTP protocol, with each of its connections entered here for as long as it lasts."""
        transports = self._transports

        class Watched(H11Protocol):
            def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn's
                super().connection_made(transport)
                # What the kernel keeps for a client that does not read should be no megabytes.
                transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _WAITING_BYTES)
                transports[self.client] = transport

            def connection_lost(self, exc: Exception | None) -> None:
                transports.pop(self.client, None)
                super().connection_lost(exc)

        return Watched

    async def cut(self, scope: MutableMapping[str, Any], receive: Receive) -> None:
        """Close the request's connection at once, whatever waits to be written; return when it is closed."""
        transport = self._transports.get(_peer(scope))
        if transport is None:
            return
        transport.abort()
        while (await receive())["type"] != "http.disconnect":
            pass

    async def unless_closing(self, work: Coroutine[Any, Any, Result]) -> Result | None:
        """Return what `work` returns; None where the server stops before."""
        task, closing = asyncio.ensure_future(work), asyncio.ensure_future(self.closing.wait())
        try:
            await asyncio.wait({task, closing}, return_when=asyncio.FIRST_COMPLETED)
            return task.result() if task.done() else None
        finally:
            task.cancel()
            closing.cancel()


def _peer(scope: MutableMapping[str, Any]) -> Any:
    client = scope.get("client")
    return None if client is None else tuple(client)
