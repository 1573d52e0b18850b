"""The open connections of a server, so that one can be cut in the middle of whatever it is doing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    import asyncio
    from collections.abc import MutableMapping

    from starlette.types import Receive


class Connections:
    """Transports by the address of their peer, which ASGI tells of every request."""

    def __init__(self) -> None:
        self._transports: dict[Any, asyncio.Transport] = {}

    def __len__(self) -> int:
        return len(self._transports)

    def protocol(self) -> type[H11Protocol]:
        """Return uvicorn's HTTP protocol, with each of its connections entered here for as long as it lasts."""
        transports = self._transports

        class Watched(H11Protocol):
            def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn's
                super().connection_made(transport)
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


def _peer(scope: MutableMapping[str, Any]) -> Any:
    client = scope.get("client")
    return None if client is None else tuple(client)
