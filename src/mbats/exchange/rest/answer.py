import gzip
from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from mbats.errors.base import MbatsError
from mbats.errors.rest import MethodNotAllowed, RestError, UnknownPath
from mbats.exchange.rest.rendering import TimeStyle, encode

_WORTH_PACKING = 1_000
_FAST = 1


def time_style(request: Request) -> TimeStyle:
    """Return how the client wants its times; RFC 3339 unless it says UNIX."""
    wanted = request.headers.get("accept-datetime-format", "").strip().upper()
    return TimeStyle.UNIX if wanted == "UNIX" else TimeStyle.RFC3339


def answer(request: Request, body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return `body` as JSON."""
    return written(request, encode(body, time_style(request)), status, headers)


def written(request: Request, content: bytes, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return JSON as it stands, packed where that is worth it and the client reads it."""
    given = dict(headers or {})
    if len(content) >= _WORTH_PACKING and "gzip" in request.headers.get("accept-encoding", "").lower():
        content = gzip.compress(content, _FAST)
        given |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    return Response(content, status, given, "application/json")


def refusal(request: Request, error: Exception) -> Response:
    """Return what the client reads about an error of its own; the engine's books are as they were."""
    assert isinstance(error, MbatsError)
    status, code = (error.status, error.error_code) if isinstance(error, RestError) else (400, None)
    return answer(request, {"errorMessage": str(error), "errorCode": code}, status)


def unrouted(request: Request, error: Exception) -> Response:
    """Return what the client reads where no endpoint was found."""
    assert isinstance(error, HTTPException)
    kind = MethodNotAllowed() if error.status_code == MethodNotAllowed.status else UnknownPath()
    return answer(request, {"errorMessage": str(kind)}, kind.status, error.headers)


def broken(request: Request, error: Exception) -> Response:  # noqa: ARG001  (a handler is given both)
    """Return what the client reads about an error of ours, which the server logs."""
    return answer(request, {"errorMessage": "Internal Server Error"}, 500)
