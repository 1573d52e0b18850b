"""The page's files, and its one source of news."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from mbats.exchange.streams.line_stream import LineStream
from mbats.exchange.streams.seats import Seats
from mbats.exchange.streams.timing import Timing
from mbats.exchange.web.events import page_lines
from mbats.exchange.web.key import PageAccess

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request

    from mbats.exchange.connections import Connections
    from mbats.exchange.venue import Venue

_FILES = {
    "page.html": "text/html",
    "page.css": "text/css",
    "page.js": "text/javascript",
    "news.js": "text/javascript",
    "tables.js": "text/javascript",
}
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_WRONG_KEY = "This key opens no account of this exchange. `mbats exchange serve` prints a link with the right one."


def page_routes(venue: Venue, tokens: Mapping[str, Sequence[str]], connections: Connections) -> list[Route]:
    """Return ``/`` and what it loads. The page holds no secret: its key comes with the link, or a person types it."""
    access = PageAccess({token: tuple(accounts) for token, accounts in tokens.items()})
    seats, timing = Seats(), Timing()

    async def page(_: Request) -> Response:
        return _file("page.html")

    async def file(request: Request) -> Response:
        name = request.path_params["name"]
        return _file(name) if name in _FILES else Response(status_code=404)

    async def news(request: Request) -> Response:
        accounts = access.accounts(request.headers.get("authorization"))
        account = request.query_params.get("account") or next(iter(accounts), "")
        if account not in accounts:
            return JSONResponse({"errorMessage": _WRONG_KEY}, 401)
        seats.check(request.scope)
        return LineStream(page_lines(venue, account, accounts), seats, connections, timing.patience)

    return [
        Route("/", page, methods=["GET"]),
        Route("/page/news", news, methods=["GET"]),
        Route("/page/{name}", file, methods=["GET"]),
    ]


def _file(name: str) -> Response:
    content = files("mbats.exchange.web").joinpath("static", name).read_bytes()
    return Response(content, headers=_HEADERS, media_type=_FILES[name])
