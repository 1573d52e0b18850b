import secrets
from itertools import count

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_KEY = "mbats.request_id"
_FIRST = 10**16


def request_id(scope: Scope) -> str:
    """Return the id that this request's answer and its transactions carry."""
    return str(scope.get(_KEY, ""))


class RequestIdMiddleware:
    """Numbers requests, and says the number in the header ``RequestID`` of every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._ids = count(_FIRST + secrets.randbelow(_FIRST) * 8)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its number."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        number = scope[_KEY] = str(next(self._ids))

        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["RequestID"] = number
            await send(message)

        await self._app(scope, receive, named)
