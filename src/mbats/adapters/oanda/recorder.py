"""Raw requests and answers on a tape of JSON lines, without secrets; and the tape as a server.

A week on a practice account becomes a file that tests can be held to.
"""

from __future__ import annotations

import json
import re
from collections import deque
from typing import TYPE_CHECKING, Any

import httpx

from mbats.errors.broker import NotOnTape

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from mbats.clock import Clock

ACCOUNT = "000-000-0000000-000"
"""Stands on a tape for the account's id, whatever it was."""
_KEPT_HEADERS = ("content-type", "requestid", "retry-after")
_ENCODED = frozenset({"content-encoding", "content-length", "transfer-encoding"})
_SECRET = re.compile(r'("(?:userID|createdByUserID|alias)"\s*:\s*)("[^"]*"|\d+)')


class Recorder(httpx.AsyncBaseTransport):
    """A transport that writes down all that passes through it; streams line by line, as they come.

    The token is in no line; the account's id, user numbers and aliases are replaced. The file has mode 600.

    Parameters
    ----------
    inner
        What really carries the requests.
    accounts
        Ids to be replaced.
    """

    def __init__(self, inner: httpx.AsyncBaseTransport, file: Path, accounts: tuple[str, ...], clock: Clock) -> None:
        self._inner, self._file, self._clock = inner, file, clock
        self._clean = _Cleaner(accounts)
        file.touch(mode=0o600)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Pass a request on and keep it with its answer, or with the way in which none came."""
        asked = {"method": request.method, "url": self._clean(_target(request)), "body": self._body(request)}
        try:
            response = await self._inner.handle_async_request(request)
        except httpx.HTTPError as error:
            self._write({**asked, "error": type(error).__name__, "message": str(error)})
            raise
        headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
        entry = {**asked, "status": response.status_code, "headers": headers}
        if request.url.path.endswith("/stream"):
            self._write({**entry, "stream": True})
            lines = _Lines(response, lambda text: self._write({**asked, "chunk": self._clean(text)}))
            return httpx.Response(response.status_code, headers=response.headers, stream=lines)
        content = await response.aread()
        await response.aclose()
        self._write({**entry, "answer": self._clean(content.decode(errors="replace"))})
        decoded = [(name, value) for name, value in response.headers.multi_items() if name not in _ENCODED]
        return httpx.Response(response.status_code, headers=decoded, content=content)

    async def aclose(self) -> None:
        """Close what carries the requests."""
        await self._inner.aclose()

    def _body(self, request: httpx.Request) -> str:
        return self._clean(request.content.decode(errors="replace"))

    def _write(self, entry: dict[str, Any]) -> None:
        with self._file.open("a", encoding="utf-8") as tape:
            tape.write(json.dumps({"at": self._clock.now().isoformat(), **entry}, ensure_ascii=False) + "\n")


def recorded(file: Path, account: str, clock: Clock) -> Recorder:
    """Return the network as a transport that writes down what passes."""
    return Recorder(httpx.AsyncHTTPTransport(), file, (account,), clock)


class Replay(httpx.AsyncBaseTransport):
    """A transport that answers from a tape: each request gets the next answer that was given to the same one.

    Use it with the account `ACCOUNT` and any token.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._answers: dict[tuple[str, str, str], deque[dict[str, Any]]] = {}
        self._chunks: dict[tuple[str, str, str], list[str]] = {}
        for line in file.read_text(encoding="utf-8").splitlines():
            entry = json.loads(line)
            key = entry["method"], entry["url"], entry["body"]
            if "chunk" in entry:
                self._chunks.setdefault(key, []).append(entry["chunk"])
            else:
                self._answers.setdefault(key, deque()).append(entry)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Return, or raise, what came the last time.

        Raises
        ------
        mbats.errors.broker.NotOnTape
            There was no such request, or it was not repeated so often.
        """
        key = request.method, _target(request), request.content.decode(errors="replace")
        if not self._answers.get(key):
            raise NotOnTape(file=self._file, method=request.method, url=_target(request))
        entry = self._answers[key].popleft()
        if "error" in entry:
            raise getattr(httpx, entry["error"])(entry["message"])
        text = "".join(self._chunks.pop(key, [])) if entry.get("stream") else entry["answer"]
        return httpx.Response(entry["status"], headers=entry["headers"], content=text.encode())


class _Cleaner:
    """Takes out of a text what nobody else should read."""

    def __init__(self, accounts: tuple[str, ...]) -> None:
        self._accounts = tuple(filter(None, accounts))

    def __call__(self, text: str) -> str:
        for account in self._accounts:
            text = text.replace(account, ACCOUNT)
        return _SECRET.sub(lambda found: found[1] + ('""' if found[2].startswith('"') else "0"), text)


class _Lines(httpx.AsyncByteStream):
    """A stream that is written down as it is read."""

    def __init__(self, response: httpx.Response, write: Callable[[str], None]) -> None:
        self._response, self._write = response, write

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._response.aiter_raw():
            self._write(chunk.decode(errors="replace"))
            yield chunk

    async def aclose(self) -> None:
        await self._response.aclose()


def _target(request: httpx.Request) -> str:
    """Return what is asked for, without the server: path and query."""
    return request.url.raw_path.decode()
