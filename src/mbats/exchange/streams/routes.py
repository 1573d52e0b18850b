"""The two streams of an account, behind the same checks as every other endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from mbats.exchange.rest.call import endpoint
from mbats.exchange.streams.line_stream import LineStream
from mbats.exchange.streams.pricing import PriceLines
from mbats.exchange.streams.seats import Seats
from mbats.exchange.streams.timing import Timing
from mbats.exchange.streams.transactions import transaction_lines

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from starlette.responses import Response

    from mbats.exchange.connections import Connections
    from mbats.exchange.rest.access import Access
    from mbats.exchange.rest.call import Call
    from mbats.exchange.venue import Venue

_PATH = "/v3/accounts/{account_id}/"


def stream_routes(
    venue: Venue, access: Access, connections: Connections, timing: Timing | None = None, seats: Seats | None = None
) -> list[Route]:
    """Return the pricing and the transaction stream."""
    timing, seats = timing or Timing(), seats or Seats()
    prices = PriceLines(venue, timing)

    def respond(lines: AsyncGenerator[bytes, None]) -> Response:
        return LineStream(lines, seats, connections, timing.patience)

    async def pricing(call: Call) -> Response:
        call.query.required("instruments")
        symbols, snapshot = call.instruments("instruments"), call.query.boolean("snapshot", True)
        seats.check(call.request.scope)
        return respond(prices.stream(symbols, call.style, snapshot=snapshot))

    async def transactions(call: Call) -> Response:
        seats.check(call.request.scope)
        return respond(transaction_lines(venue, call.account_id, call.style, timing))

    return [
        Route(_PATH + "pricing/stream", endpoint(pricing, venue, access), methods=["GET"]),
        Route(_PATH + "transactions/stream", endpoint(transactions, venue, access), methods=["GET"]),
    ]
