from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mbats.errors.rest import BodyTooLarge, InvalidValue, UnsupportedMediaType
from mbats.exchange.rest.answer import answer, time_style
from mbats.exchange.rest.json_body import parse
from mbats.exchange.rest.query import Query
from mbats.exchange.rest.request_id import request_id

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from typing import TypeAlias

    from starlette.requests import Request
    from starlette.responses import Response

    from mbats.errors.rest import RestError
    from mbats.exchange.exchange import Exchange
    from mbats.exchange.reply import Reply
    from mbats.exchange.rest.access import Access
    from mbats.exchange.terms import Terms
    from mbats.exchange.venue import Venue

    Handler: TypeAlias = Callable[["Call"], Awaitable[Response]]

_LARGEST = 1_000_000
_CREATED = 201


class Call:
    """One request whose token and account were checked: what it asks, whom it asks, and how it is answered.

    Attributes
    ----------
    account_id, accounts
        The account in its path; all accounts of its token.
    now
        The venue's time, nanoseconds UTC; the market has been brought up to it.
    """

    def __init__(self, request: Request, venue: Venue, account_id: str, accounts: tuple[str, ...]) -> None:
        self.request = request
        self.venue = venue
        self.account_id = account_id
        self.accounts = accounts
        self.now = venue.now()
        self.query = Query(request.query_params)
        self.style = time_style(request)
        self.request_id = request_id(request.scope)

    @property
    def exchange(self) -> Exchange:
        """The engine, to read from."""
        return self.venue.exchange

    def path(self, name: str) -> str:
        """Return a part of the path."""
        return str(self.request.path_params[name])

    def address(self, path: str) -> str:
        """Return the full address of `path` at the host that the client knows us by."""
        return f"{self.request.url.scheme}://{self.request.url.netloc}{path}"

    def terms(self, symbol: str, name: str = "instrument") -> Terms:
        """Return the terms of an instrument; refuse parameter `name` where we do not trade it."""
        if symbol not in self.exchange.symbols:
            raise InvalidValue(name=name)
        return self.exchange.instrument(symbol)

    def instruments(self, name: str) -> tuple[str, ...]:
        """Return the instruments in parameter `name`, none where it is absent."""
        return tuple(self.terms(symbol, name).symbol for symbol in self.query.names(name) or ())

    async def body(self) -> dict[str, Any]:
        """Return the body, which must say that it is JSON.

        Raises
        ------
        UnsupportedMediaType, BodyTooLarge, InvalidBody
        """
        content = bytearray()
        async for chunk in self.request.stream():
            content += chunk
            if len(content) > _LARGEST:
                raise BodyTooLarge(limit=_LARGEST)
        kind = self.request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if content and kind != "application/json":
            raise UnsupportedMediaType
        return parse(bytes(content)) if content else {}

    async def act(self, command: Callable[[Exchange], Reply]) -> Response:
        """Let the account act; the answer leaves when what it did is saved."""
        reply = await self.venue.act(self.account_id, command)
        return self.answer(reply.body, reply.status)

    async def create(self, command: Callable[[Exchange], Reply]) -> Response:
        """Let the account make an order; the header ``Location`` says where it is."""
        reply = await self.venue.act(self.account_id, command)
        if reply.status != _CREATED:
            return self.answer(reply.body, reply.status)
        path = f"/v3/accounts/{self.account_id}/orders/{reply.body['orderCreateTransaction']['id']}"
        return self.answer(reply.body, reply.status, {"Location": self.address(path)})

    def answer(self, body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
        """Return `body` as the client reads it."""
        return answer(self.request, body, status, headers)

    def answer_with(
        self, name: str, value: Any, absence: RestError | None = None, headers: Mapping[str, str] | None = None
    ) -> Response:
        """Return `value` under `name`, with the account's last transaction; `absence` where it is None."""
        last = {"lastTransactionID": str(self.exchange.last_transaction(self.account_id))}
        if value is None and absence is not None:
            missing = {"errorMessage": str(absence), "errorCode": absence.error_code}
            return self.answer(last | missing, absence.status)
        return self.answer({name: value} | last, headers=headers)


def endpoint(handler: Handler, venue: Venue, access: Access) -> Callable[[Request], Awaitable[Response]]:
    """Return `handler` behind the check of token and, where the path names one, account."""

    async def checked(request: Request) -> Response:
        authorization = request.headers.get("authorization")
        accounts = access.accounts(authorization)
        account_id = str(request.path_params.get("account_id", accounts[0]))
        access.check(authorization, account_id)
        return await handler(Call(request, venue, account_id, accounts))

    return checked
