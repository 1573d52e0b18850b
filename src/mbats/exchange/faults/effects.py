"""What each kind of fault does to a request, around whatever would have handled it."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from mbats.exchange.faults.fault import Fault, Kind
from mbats.exchange.faults.request import Held, Request

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from starlette.types import Send

    from mbats.exchange.connections import Connections
    from mbats.exchange.faults.request import Handler

    Effect: TypeAlias = Callable[["Meeting"], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Meeting:
    """A fault, the request that it meets, and who would have handled it."""

    fault: Fault
    request: Request
    send: Send
    handler: Handler
    connections: Connections

    async def apply(self) -> Held:
        """Let the request be handled and keep the reply back."""
        reply = Held()
        await self.handler(self.request, reply)
        return reply

    async def cut(self) -> None:
        """Close the connection."""
        await self.connections.cut(self.request.scope, self.request.receive)

    async def refuse(self) -> None:
        """Send the fault's own answer."""
        fault = self.fault
        body = (json.dumps({"errorMessage": "An injected fault."}) if fault.body is None else fault.body).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
        if fault.retry_after is not None:
            headers.append((b"retry-after", f"{fault.retry_after:g}".encode()))
        await self.send({"type": "http.response.start", "status": fault.status, "headers": headers})
        await self.send({"type": "http.response.body", "body": body})


async def _drop_before(meeting: Meeting) -> None:
    await meeting.cut()


async def _drop_after(meeting: Meeting) -> None:
    await meeting.apply()
    await meeting.cut()


async def _delay_before(meeting: Meeting) -> None:
    await asyncio.sleep(meeting.fault.delay)
    await meeting.handler(meeting.request, meeting.send)


async def _delay_after(meeting: Meeting) -> None:
    reply = await meeting.apply()
    await asyncio.sleep(meeting.fault.delay)
    await reply.release(meeting.send)


async def _duplicate(meeting: Meeting) -> None:
    reply = await meeting.apply()
    await meeting.apply()
    await reply.release(meeting.send)


async def _status_before(meeting: Meeting) -> None:
    await meeting.refuse()


async def _status_after(meeting: Meeting) -> None:
    await meeting.apply()
    await meeting.refuse()


async def _garble(meeting: Meeting) -> None:
    reply = await meeting.apply()
    await reply.release_with(reply.body[: len(reply.body) // 2] + b"\x00\xff", meeting.send)


EFFECTS: Mapping[Kind, Effect] = {
    Kind.DROP_BEFORE: _drop_before,
    Kind.DROP_AFTER: _drop_after,
    Kind.DELAY_BEFORE: _delay_before,
    Kind.DELAY_AFTER: _delay_after,
    Kind.DUPLICATE: _duplicate,
    Kind.STATUS_BEFORE: _status_before,
    Kind.STATUS_AFTER: _status_after,
    Kind.GARBLE: _garble,
}
