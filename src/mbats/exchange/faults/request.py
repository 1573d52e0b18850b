"""One HTTP request that can be handed on late, twice, or without the reply being sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    Handler: TypeAlias = Callable[["Request", Send], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Request:
    """A request that was read to its end, so that it does not need its client any more."""

    scope: Scope
    body: bytes
    receive: Receive

    async def to(self, app: ASGIApp, send: Send) -> None:
        """Hand it to an application, which sees it for the first time."""
        unread = True

        async def receive() -> Message:
            nonlocal unread
            if not unread:
                return await self.receive()
            unread = False
            return {"type": "http.request", "body": self.body, "more_body": False}

        await app(dict(self.scope), receive, send)


async def read(scope: Scope, receive: Receive) -> Request | None:
    """Read a request's body; None where the client left in the middle of it."""
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return Request(scope, body, receive)


@dataclass(slots=True)
class Held:
    """A reply that was made and not sent yet: an ASGI `send` that remembers."""

    messages: list[Message] = field(default_factory=list)

    async def __call__(self, message: Message) -> None:
        """Keep one message."""
        self.messages.append(message)

    @property
    def body(self) -> bytes:
        """What the reply says."""
        return b"".join(message.get("body", b"") for message in self.messages[1:])

    async def release(self, send: Send) -> None:
        """Send it."""
        for message in self.messages:
            await send(message)

    async def release_with(self, body: bytes, send: Send) -> None:
        """Send it with another body; where another fault kept it back for good, nothing."""
        if not self.messages:
            return
        start = self.messages[0]
        kept = [(name, value) for name, value in start["headers"] if name.lower() not in _OF_BODY]
        await send({**start, "headers": [*kept, (b"content-length", b"%d" % len(body))]})
        await send({"type": "http.response.body", "body": body})


_OF_BODY = {b"content-length", b"content-encoding"}
