"""MLflow's scoring protocol: ``/ping``, ``/health``, ``/version``, ``/invocations``, and ``/model`` beside it."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from importlib.metadata import version
from secrets import compare_digest
from typing import TYPE_CHECKING, Any

import numpy as np
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import Response
from starlette.routing import Route

from mbats.errors.base import MbatsError
from mbats.errors.serving import BodyTooLong, RequestRefused, RowNotScored, TokenWrong
from mbats.serving.table import JSON, matrix

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from starlette.requests import Request

    from mbats.serving.follower import Follower
    from mbats.serving.served import Served

MODEL_HEADER, VERSION_HEADER = "X-MBATS-Model", "X-MBATS-Version"
_LONGEST_BODY = 16 * 2**20
_SCORED_AT_ONCE = 256
_BEARER = "bearer "


def application(follower: Follower, token: str | None = None) -> Starlette:
    """Return the service; where a `token` is given, whoever asks for scores must bear it.

    Only names of this machine are answered as hosts, so that no page of the web can speak to it through a name of its
    own; and `/invocations` takes no content type that a foreign page could send unasked.
    """
    service = _Service(follower, token)
    routes = [
        Route("/ping", service.ping),
        Route("/health", service.ping),
        Route("/version", service.version),
        Route("/model", service.answering(service.model)),
        Route("/invocations", service.answering(service.invocations), methods=["POST"]),
    ]

    @asynccontextmanager
    async def following(_: Starlette) -> AsyncIterator[None]:
        task = asyncio.create_task(follower.follow())
        try:
            yield
        finally:
            task.cancel()

    own = Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])
    return Starlette(routes=routes, lifespan=following, middleware=[own])


class _Service:
    def __init__(self, follower: Follower, token: str | None) -> None:
        self._follower, self._token = follower, token

    async def ping(self, _: Request) -> Response:
        """Say that a model is there to answer."""
        return Response("\n", media_type=JSON)

    async def version(self, _: Request) -> Response:
        """Return MLflow's version, as its own server does."""
        return Response(version("mlflow"), media_type=JSON)

    async def model(self, _: Request) -> Response:
        """Return which version answers, and what it reads."""
        served = self._follower.served
        told = {name: getattr(served, name) for name in ("reference", "id", "kind", "columns", "synthetic")}
        return _answer(told, served)

    async def invocations(self, request: Request) -> Response:
        """Score the rows of a request, all of them by one version."""
        body = await _body(request)
        served = self._follower.served
        rows = matrix(body, request.headers.get("content-type", ""), served)
        scores = _score(served, rows) if len(rows) <= _SCORED_AT_ONCE else await asyncio.to_thread(_score, served, rows)
        return _answer({"predictions": scores}, served)

    def answering(self, handle: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
        """Return `handle` behind the token, refusals answered as MLflow's server answers errors."""

        async def answered(request: Request) -> Response:
            try:
                self._admit(request)
                return await handle(request)
            except RequestRefused as refused:
                content = json.dumps({"error_code": refused.code, "message": str(refused)})
                return Response(content, refused.status, media_type=JSON)

        return answered

    def _admit(self, request: Request) -> None:
        if self._token is None:
            return
        given = request.headers.get("authorization", "")
        bears = given[: len(_BEARER)].lower() == _BEARER
        if not bears or not compare_digest(given[len(_BEARER) :].strip().encode(), self._token.encode()):
            raise TokenWrong


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > _LONGEST_BODY:
            raise BodyTooLong(most=_LONGEST_BODY)
    return bytes(body)


def _score(served: Served, rows: np.ndarray[Any, np.dtype[np.float64]]) -> list[float | None]:
    """Return a score a row; None where the model has none."""
    if not len(rows):
        return []
    try:
        scores = served.fitted.score(rows)
    except MbatsError as failure:
        raise RowNotScored(model=served.reference, why=failure) from failure
    return [score if np.isfinite(score) else None for score in scores.tolist()]


def _answer(told: Any, served: Served) -> Response:
    headers = {MODEL_HEADER: served.reference, VERSION_HEADER: served.id}
    return Response(json.dumps(told, allow_nan=False), media_type=JSON, headers=headers)
