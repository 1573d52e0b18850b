import json
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.types import ASGIApp, Receive, Scope, Send

from mbats.errors.rest import TooManyRequests

_SECOND = 1.0


@dataclass(frozen=True, slots=True)
class RateLimit:
    """How many requests a source may make within any second, and what the next one is told.

    OANDA states 120; neither its body nor a ``Retry-After`` of its 429 is documented or recorded, so both can be set.
    """

    requests: int = 120
    body: str | None = None
    retry_after: str | None = "1"
    monotonic: Callable[[], float] = field(default=time.monotonic, compare=False)

    def answer(self) -> tuple[list[tuple[bytes, bytes]], bytes]:
        """Return headers and body of a refusal."""
        plain = self.body or json.dumps({"errorMessage": str(TooManyRequests(limit=self.requests))})
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(plain.encode())).encode())]
        if self.retry_after is not None:
            headers.append((b"retry-after", self.retry_after.encode()))
        return headers, plain.encode()


class RateLimitMiddleware:
    """Counts requests by the address that they come from."""

    def __init__(self, app: ASGIApp, limit: RateLimit) -> None:
        self._app = app
        self._limit = limit
        self._seen: defaultdict[str, deque[float]] = defaultdict(deque)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http" or self._admits(str((scope.get("client") or ("",))[0])):
            await self._app(scope, receive, send)
            return
        headers, body = self._limit.answer()
        await send({"type": "http.response.start", "status": TooManyRequests.status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _admits(self, source: str) -> bool:
        now, seen = self._limit.monotonic(), self._seen[source]
        while seen and seen[0] <= now - _SECOND:
            seen.popleft()
        if len(seen) >= self._limit.requests:
            return False
        seen.append(now)
        return True
