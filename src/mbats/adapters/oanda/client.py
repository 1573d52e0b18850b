"""One connection to a v20 server: patient with questions, never repeating an instruction."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

import httpx

from mbats.adapters.oanda.access import PAPER
from mbats.adapters.oanda.throttle import Throttle
from mbats.adapters.oanda.timing import Backoff, LoopTiming
from mbats.errors.broker import (
    ForbiddenAccount,
    MalformedAnswer,
    RateLimited,
    RequestRefused,
    VenueFailed,
    VenueSilent,
    VenueUnreachable,
    WrongToken,
)
from mbats.execution.broker import Fate

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractAsyncContextManager
    from datetime import datetime

    from mbats.adapters.oanda.access import Access
    from mbats.adapters.oanda.timing import Timing
    from mbats.errors.base import MbatsError

STEP_SECONDS = 10.0
QUIET_SECONDS = 12.0
"""Heartbeats come every 5 s; a stream without a byte for so long is dead."""
_ATTEMPTS = 4
_LONGEST_PAUSE = 60.0
# OANDA: 120 requests a second cut one off, 100 are advised; two new connections a second.
_REQUESTS, _REQUESTS_AT_ONCE = 80.0, 15
_CONNECTIONS, _CONNECTIONS_AT_ONCE = 2.0, 1
_NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for an instruction: how sure one can be of it, and the body where there was one."""

    fate: Fate
    status: int = 0
    body: Mapping[str, Any] | None = None
    message: str = ""


class Client:
    """HTTP to one account: deadlines, a speed limit, and errors in words.

    Parameters
    ----------
    transport
        Instead of the network: a recording, a test.
    """

    def __init__(
        self, access: Access, transport: httpx.AsyncBaseTransport | None = None, timing: Timing | None = None
    ) -> None:
        self.access = access
        self.timing = timing or LoopTiming()
        self.dated: datetime | None = None
        """What the server's clock showed at its last answer, to the second; None where it did not tell."""
        self._requests = Throttle(self.timing, _REQUESTS, _REQUESTS_AT_ONCE)
        self._connections = Throttle(self.timing, _CONNECTIONS, _CONNECTIONS_AT_ONCE)
        self._http = httpx.AsyncClient(
            transport=transport,
            timeout=STEP_SECONDS,
            headers={"Authorization": f"Bearer {access.token}", "Accept-Datetime-Format": "RFC3339"},
            trust_env=access.environment != PAPER,
        )

    async def close(self) -> None:
        """Hang up."""
        await self._http.aclose()

    async def get(self, path: str, params: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Return the answer to a question, asked again after broken connections, 429 and 5xx.

        Raises
        ------
        mbats.errors.base.MbatsError
            One of `mbats.errors.broker`.
        """
        backoff = Backoff(self.timing, first=0.5, longest=8.0)
        for attempt in range(1, _ATTEMPTS + 1):
            outcome = await self._ask(path, params)
            if isinstance(outcome, httpx.Response) and not _busy(outcome.status_code):
                return self._read(path, outcome)
            if attempt < _ATTEMPTS:
                await backoff.wait(_retry_after(outcome) if isinstance(outcome, httpx.Response) else 0.0)
        raise self._given_up(path, outcome)

    async def send(self, method: str, path: str, body: Mapping[str, Any]) -> Answer:
        """Send an instruction once and return what is known of it; never raises for what the network did.

        Raises
        ------
        WrongToken, ForbiddenAccount
            The venue refused to listen: nothing was done.
        """
        try:
            response = await self._request(method, path, json=body)
        except _NEVER_LEFT as error:
            return Answer(Fate.NOT_SENT, message=_why(error))
        except httpx.HTTPError as error:
            return Answer(Fate.UNKNOWN, message=_why(error))
        self._refuse_stranger(response)
        if response.status_code == httpx.codes.TOO_MANY_REQUESTS:
            return Answer(Fate.NOT_SENT, response.status_code, message="too many requests (429)")
        return _answer(response)

    def stream(self, path: str, params: Mapping[str, str]) -> AbstractAsyncContextManager[httpx.Response]:
        """Open a stream; a read that takes longer than `QUIET_SECONDS` raises `httpx.ReadTimeout`."""
        return self._http.stream(
            "GET",
            self.access.stream_url + path,
            params=params,
            timeout=httpx.Timeout(STEP_SECONDS, read=QUIET_SECONDS),
            extensions={"trace": self._trace},
        )

    def refusal(self, path: str, response: httpx.Response) -> MbatsError | None:
        """Return why the venue refused for good, None where another attempt may help."""
        if response.is_success or _busy(response.status_code):
            return None
        self._refuse_stranger(response)
        return RequestRefused(
            url=self.access.url, path=path, status=response.status_code, message=_message(_json(response) or {})
        )

    async def _ask(self, path: str, params: Mapping[str, str] | None) -> httpx.Response | httpx.HTTPError:
        try:
            return await self._request("GET", path, params=params)
        except httpx.ReadTimeout as error:
            raise VenueSilent(url=self.access.url, path=path, seconds=STEP_SECONDS, why=_why(error)) from None
        except httpx.HTTPError as error:
            return error

    async def _request(self, method: str, path: str, **content: Any) -> httpx.Response:
        await self._requests.take()
        url = self.access.url + path
        response = await self._http.request(method, url, extensions={"trace": self._trace}, **content)
        self.dated = _date(response)
        if response.status_code == httpx.codes.TOO_MANY_REQUESTS:
            self._requests.pause(_retry_after(response))
        return response

    async def _trace(self, event: str, _: Mapping[str, Any]) -> None:
        if event == "connection.connect_tcp.started":
            await self._connections.take()

    def _read(self, path: str, response: httpx.Response) -> dict[str, Any]:
        if refusal := self.refusal(path, response):
            raise refusal
        body = _json(response)
        if body is None:
            raise MalformedAnswer(url=self.access.url, path=path, why=f"no JSON object but {response.text[:80]!r}")
        return body

    def _refuse_stranger(self, response: httpx.Response) -> None:
        if response.status_code == httpx.codes.UNAUTHORIZED:
            raise WrongToken(url=self.access.url)
        if response.status_code == httpx.codes.FORBIDDEN:
            raise ForbiddenAccount(url=self.access.url, account=self.access.account)

    def _given_up(self, path: str, outcome: httpx.Response | httpx.HTTPError) -> MbatsError:
        url = self.access.url
        if isinstance(outcome, httpx.HTTPError):
            return VenueUnreachable(url=url, why=_why(outcome))
        if outcome.status_code == httpx.codes.TOO_MANY_REQUESTS:
            return RateLimited(url=url, path=path, attempts=_ATTEMPTS)
        return VenueFailed(url=url, path=path, status=outcome.status_code, attempts=_ATTEMPTS)


def _busy(status: int) -> bool:
    return status == httpx.codes.TOO_MANY_REQUESTS or status >= httpx.codes.INTERNAL_SERVER_ERROR


def _answer(response: httpx.Response) -> Answer:
    """Judge an answer to an instruction: only words that can be read are a verdict."""
    status, body = response.status_code, _json(response)
    if body is not None and response.is_success:
        return Answer(Fate.DONE, status, body)
    if body is not None and response.is_client_error and status != httpx.codes.REQUEST_TIMEOUT:
        return Answer(Fate.REFUSED, status, body, _message(body))
    return Answer(Fate.UNKNOWN, status, message=f"HTTP {status}: {response.text[:80]}")


def _json(response: httpx.Response) -> dict[str, Any] | None:
    try:
        body = json.loads(response.content, parse_float=Decimal)
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def _message(body: Mapping[str, Any]) -> str:
    return str(body.get("errorMessage") or "it gave no reason.")


def _retry_after(response: httpx.Response) -> float:
    """Return the seconds that a header asks to wait; its other form, a date, is left to the backoff."""
    text = response.headers.get("Retry-After", "")
    return min(float(text), _LONGEST_PAUSE) if text.isdecimal() else 0.0


def _date(response: httpx.Response) -> datetime | None:
    try:
        return parsedate_to_datetime(response.headers["Date"])
    except (KeyError, ValueError):
        return None


def _why(error: httpx.HTTPError) -> str:
    return f"{type(error).__name__}{f': {error}' if str(error) else ''}"
