from starlette.responses import Response

from mbats.errors.rest import NoSuchPosition
from mbats.exchange.rest.call import Call


async def listed(call: Call) -> Response:
    """``GET /accounts/{id}/positions``: of every instrument that was ever traded."""
    return call.answer_with("positions", call.exchange.positions(call.account_id))


async def open_ones(call: Call) -> Response:
    """``GET /accounts/{id}/openPositions``."""
    return call.answer_with("positions", call.exchange.open_positions(call.account_id))


async def one(call: Call) -> Response:
    """``GET /accounts/{id}/positions/{instrument}``: a flat one, too, but not of what was never traded."""
    symbol = call.terms(call.path("instrument")).symbol
    return call.answer_with("position", call.exchange.position(call.account_id, symbol), NoSuchPosition())


async def close(call: Call) -> Response:
    """``PUT /accounts/{id}/positions/{instrument}/close``."""
    body, symbol = await call.body(), call.terms(call.path("instrument")).symbol
    return await call.act(
        lambda exchange: exchange.close_position(call.account_id, symbol, body, request=call.request_id)
    )
