from __future__ import annotations

import asyncio
import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from mbats.stack.well import wrong

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from starlette.requests import Request

_FILES = {"page.html": "text/html", "page.css": "text/css", "page.js": "text/javascript"}
_HERE = ("localhost", "127.0.0.1")
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def application(doors: Sequence[dict[str, Any]], host: str) -> Starlette:
    """Return the page and its one source of news; it holds no secret and needs no login.

    Parameters
    ----------
    doors
        What `doors_from` reads.
    host
        Where it listens; a request that names neither this nor the machine itself comes from a stranger's page.
    """

    async def page(_: Request) -> Response:
        return _file("page.html")

    async def file(request: Request) -> Response:
        name = request.path_params["name"]
        return _file(name) if name in _FILES else Response(status_code=404)

    async def health(_: Request) -> Response:
        found = await asyncio.gather(*(asyncio.to_thread(_health, door) for door in doors))
        return JSONResponse(found, headers=_HEADERS)

    routes = [Route("/", page), Route("/health", health), Route("/{name}", file)]
    known = Middleware(TrustedHostMiddleware, allowed_hosts=[*_HERE, host], www_redirect=False)
    return Starlette(routes=routes, middleware=[known])


def doors_from(file: Path) -> list[dict[str, Any]]:
    """Return where each service is, as `mbats.stack.services.opening` has it written down."""
    doors: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))
    return doors


def _health(door: dict[str, Any]) -> dict[str, Any]:
    trouble = wrong(door["probe"], door["host"], door["port"], door["path"])
    shown = {name: door[name] for name in ("name", "title", "pages", "user", "secret")}
    return shown | {"port": door["published"], "well": not trouble, "detail": trouble}


def _file(name: str) -> Response:
    content = (files("mbats.stack.opening") / "static" / name).read_bytes()
    return Response(content, media_type=_FILES[name], headers=_HEADERS)
