from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Route

from mbats.errors.base import MbatsError
from mbats.exchange.rest import accounts, candles, orders, positions, pricing, trades, transactions
from mbats.exchange.rest.answer import broken, refusal, unrouted
from mbats.exchange.rest.call import endpoint
from mbats.exchange.rest.rate_limit import RateLimit, RateLimitMiddleware
from mbats.exchange.rest.request_id import RequestIdMiddleware
from mbats.exchange.rest.written_log import WrittenLog

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbats.exchange.rest.access import Access
    from mbats.exchange.rest.call import Handler
    from mbats.exchange.venue import Venue

_ACCOUNT = "/accounts/{account_id}"
_ORDER = f"{_ACCOUNT}/orders/{{spec}}"
_TRADE = f"{_ACCOUNT}/trades/{{spec}}"
_POSITION = f"{_ACCOUNT}/positions/{{instrument}}"

_ENDPOINTS: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/accounts", accounts.listed),
    ("GET", _ACCOUNT, accounts.details),
    ("GET", f"{_ACCOUNT}/summary", accounts.summary),
    ("GET", f"{_ACCOUNT}/instruments", accounts.instruments),
    ("GET", f"{_ACCOUNT}/changes", accounts.changes),
    ("PATCH", f"{_ACCOUNT}/configuration", accounts.configuration),
    ("GET", "/instruments/{instrument}/candles", candles.listed),
    ("GET", f"{_ACCOUNT}/instruments/{{instrument}}/candles", candles.listed),
    ("GET", f"{_ACCOUNT}/candles/latest", candles.latest),
    ("GET", f"{_ACCOUNT}/pricing", pricing.listed),
    ("GET", f"{_ACCOUNT}/orders", orders.listed),
    ("POST", f"{_ACCOUNT}/orders", orders.create),
    ("GET", f"{_ACCOUNT}/pendingOrders", orders.pending),
    ("GET", _ORDER, orders.one),
    ("PUT", _ORDER, orders.replace),
    ("PUT", f"{_ORDER}/cancel", orders.cancel),
    ("PUT", f"{_ORDER}/clientExtensions", orders.extend),
    ("GET", f"{_ACCOUNT}/trades", trades.listed),
    ("GET", f"{_ACCOUNT}/openTrades", trades.open_ones),
    ("GET", _TRADE, trades.one),
    ("PUT", f"{_TRADE}/close", trades.close),
    ("PUT", f"{_TRADE}/clientExtensions", trades.extend),
    ("PUT", f"{_TRADE}/orders", trades.set_orders),
    ("GET", f"{_ACCOUNT}/positions", positions.listed),
    ("GET", f"{_ACCOUNT}/openPositions", positions.open_ones),
    ("GET", _POSITION, positions.one),
    ("PUT", f"{_POSITION}/close", positions.close),
    ("GET", f"{_ACCOUNT}/transactions", transactions.pages),
    ("GET", f"{_ACCOUNT}/transactions/idrange", transactions.id_range),
    ("GET", f"{_ACCOUNT}/transactions/sinceid", transactions.since_id),
    ("GET", f"{_ACCOUNT}/transactions/{{transaction_id}}", transactions.one),
)


def application(
    venue: Venue, access: Access, *, streams: Sequence[Route] = (), rate_limit: RateLimit | None = None
) -> Starlette:
    """Return the server of OANDA's v20 protocol over `venue`.

    Parameters
    ----------
    streams
        Further routes, behind the same `access`.
    rate_limit
        Requests a second from one source; OANDA's own is ``RateLimit()``. None: as many as the machine bears.
    """
    routes = [
        Route(f"/v3{path}", endpoint(handler, venue, access), methods=[method]) for method, path, handler in _ENDPOINTS
    ]
    middleware = [Middleware(RequestIdMiddleware)]
    if rate_limit is not None:
        middleware.append(Middleware(RateLimitMiddleware, limit=rate_limit))
    handlers = {MbatsError: refusal, HTTPException: unrouted, Exception: broken}
    served = Starlette(routes=[*streams, *routes], middleware=middleware, exception_handlers=handlers)
    served.router.redirect_slashes = False
    served.state.written_log = WrittenLog()
    return served
