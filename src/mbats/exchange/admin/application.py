"""The operator's port: JSON over HTTP, behind a token of its own."""

from __future__ import annotations

from secrets import compare_digest
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from mbats.errors.base import MbatsError
from mbats.errors.exchange_admin import AdminDenied, BadRequestField
from mbats.errors.exchange_faults import UnknownFault
from mbats.exchange.admin.accounts import AccountDesk
from mbats.exchange.admin.body import read_body
from mbats.exchange.admin.market import MarketDesk
from mbats.exchange.admin.state import venue_state
from mbats.exchange.faults.fault import Fault
from mbats.exchange.moment import Moment
from mbats.exchange.rest.rendering import encode

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.types import ASGIApp, Receive, Scope, Send

    from mbats.exchange.admin.body import Body
    from mbats.exchange.connections import Connections
    from mbats.exchange.faults.armed import Faults
    from mbats.exchange.venue import Venue

_NANOSECONDS = 1_000_000_000
_WAIT = 20.0


def application(venue: Venue, faults: Faults, token: str, connections: Connections) -> ASGIApp:
    """Return the operator's application; `token` is not one of a client's."""
    admin = Admin(venue, faults, connections)
    routes = [
        Route("/v1/state", admin.state, methods=["GET"]),
        Route("/v1/faults", admin.list_faults, methods=["GET"]),
        Route("/v1/faults", admin.add_fault, methods=["POST"]),
        Route("/v1/faults", admin.clear_faults, methods=["DELETE"]),
        Route("/v1/faults/{id:int}", admin.clear_fault, methods=["DELETE"]),
        Route("/v1/clock", admin.set_clock, methods=["POST"]),
        Route("/v1/turns", admin.take_turn, methods=["POST"]),
        Route("/v1/turns/{name}", admin.leave_turns, methods=["DELETE"]),
        *(_posted(f"/v1/market/{name}", deed) for name, deed in _deeds(MarketDesk(venue), *_MARKET)),
        *(_posted(f"/v1/accounts/{name}", deed) for name, deed in _deeds(AccountDesk(venue), *_ACCOUNTS)),
    ]
    return Guard(Starlette(routes=routes, exception_handlers={MbatsError: _refused}), token)


_MARKET = ("gap", "halt", "resume", "liquidity")
_ACCOUNTS = ("transfer", "margin_call")


class Guard:
    """Lets requests with the right token through."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app, self._wanted = app, f"Bearer {token}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        given = dict(scope.get("headers", ())).get(b"authorization", b"")
        if scope["type"] != "http" or compare_digest(given, self._wanted):
            await self._app(scope, receive, send)
        else:
            await _answer({"errorMessage": str(AdminDenied())}, 401)(scope, receive, send)


class Admin:
    """The operator's endpoints on faults, time and turns."""

    def __init__(self, venue: Venue, faults: Faults, connections: Connections) -> None:
        self._venue, self._faults, self._connections = venue, faults, connections

    async def state(self, _: Request) -> Response:
        """Return the venue as it is."""
        return _answer(venue_state(self._venue, self._faults))

    async def list_faults(self, _: Request) -> Response:
        """Return all faults, and how often each has happened."""
        return _answer({"faults": self._faults.listed()})

    async def add_fault(self, request: Request) -> Response:
        """Arm one fault."""
        fault = Fault.read((await read_body(request)).fields)
        return _answer({"id": self._faults.add(fault)}, 201)

    async def clear_faults(self, _: Request) -> Response:
        """Forget all faults."""
        self._faults.clear()
        return _answer({"faults": []})

    async def clear_fault(self, request: Request) -> Response:
        """Forget one fault."""
        self._faults.clear(request.path_params["id"])
        return _answer({"faults": self._faults.listed()})

    async def set_clock(self, request: Request) -> Response:
        """Let the time that clients are shown be so many seconds ahead of the exchange's; negative: behind."""
        body = await read_body(request)
        self._venue.skew = int(body.decimal("skew") * _NANOSECONDS)
        return _answer({"time": Moment(self._venue.time), "shownTime": Moment(self._venue.now())})

    async def take_turn(self, request: Request) -> Response:
        """Finish the turn `after` in the name of `name` and return the next; 204: it has not come yet, ask again."""
        body = await read_body(request)
        if not self._venue.stepped:
            raise BadRequestField(field="name", value=body.text("name"), expected="kept for a stepped exchange")
        coming = self._venue.turns.next(body.text("name"), body.whole("after"), _WAIT)
        turn = await self._connections.unless_closing(coming)
        if turn is None:
            return Response(status_code=204)
        return _answer({"time": str(turn.time), "moment": Moment(turn.time), "done": turn.done})

    async def leave_turns(self, request: Request) -> Response:
        """Let the market go on without `name`."""
        await self._venue.turns.leave(request.path_params["name"])
        return _answer({"participants": list(self._venue.turns.participants)})


def _deeds(desk: object, *names: str) -> list[tuple[str, Callable[[Body], Awaitable[dict[str, Any]]]]]:
    return [(name.replace("_", "-"), getattr(desk, name)) for name in names]


def _posted(path: str, deed: Callable[[Body], Awaitable[dict[str, Any]]]) -> Route:
    async def handled(request: Request) -> Response:
        return _answer(await deed(await read_body(request)))

    return Route(path, handled, methods=["POST"])


def _refused(_: Request, error: Exception) -> Response:
    return _answer({"errorMessage": str(error)}, 404 if isinstance(error, UnknownFault) else 400)


def _answer(body: object, status: int = 200) -> Response:
    return Response(encode(body), status, media_type="application/json")
