"""The layer around the exchange's application in which faults happen; inside it, everything goes well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbats.exchange.faults.effects import EFFECTS, Meeting
from mbats.exchange.faults.fault import Kind
from mbats.exchange.faults.request import Request, read

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from mbats.exchange.connections import Connections
    from mbats.exchange.faults.armed import Faults
    from mbats.exchange.faults.fault import Fault
    from mbats.exchange.faults.request import Handler

_STREAM = "/stream"
# A stream has no end after which something could happen to its reply: its lines have faults of their own.
_BEFORE_A_STREAM = frozenset({Kind.DROP_BEFORE, Kind.DELAY_BEFORE, Kind.STATUS_BEFORE})


class FaultMiddleware:
    """An ASGI application around another that meets its requests and stream lines with the faults that wait."""

    def __init__(self, app: ASGIApp, faults: Faults, connections: Connections) -> None:
        self._app, self._faults, self._connections = app, faults, connections

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        method, path = scope["method"], scope["path"]
        due = self._faults.of_request(method, path)
        if path.endswith(_STREAM):
            due = [fault for fault in due if fault.kind in _BEFORE_A_STREAM]
            send = Lines(self._faults, self._connections, scope, receive, send)
        if due:
            await self._meet(due, scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _meet(self, due: list[Fault], scope: Scope, receive: Receive, send: Send) -> None:
        request = await read(scope, receive)
        if request is None:
            return
        handler: Handler = self._undisturbed
        for fault in reversed(due):
            handler = self._disturbed(fault, handler)
        await handler(request, send)

    def _disturbed(self, fault: Fault, handler: Handler) -> Handler:
        async def met(request: Request, send: Send) -> None:
            await EFFECTS[fault.kind](Meeting(fault, request, send, handler, self._connections))

        return met

    async def _undisturbed(self, request: Request, send: Send) -> None:
        await request.to(self._app, send)


class Lines:
    """An ASGI `send` of a stream, in which each body message is one line."""

    def __init__(self, faults: Faults, connections: Connections, scope: Scope, receive: Receive, send: Send) -> None:
        self._faults, self._connections = faults, connections
        self._scope, self._receive, self._send = scope, receive, send

    async def __call__(self, message: Message) -> None:
        """Send a message; a line perhaps never, by half, or twice."""
        kinds = self._kinds() if message.get("body") else set()
        if Kind.STALL in kinds:
            return
        if Kind.CUT in kinds:
            body = message["body"]
            await self._send({**message, "body": body[: len(body) // 2]})
            await self._connections.cut(self._scope, self._receive)
            return
        if Kind.REPEAT in kinds:
            await self._send(message)
        await self._send(message)

    def _kinds(self) -> set[Kind]:
        return {fault.kind for fault in self._faults.of_line(self._scope["method"], self._scope["path"])}
