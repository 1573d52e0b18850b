from starlette.responses import Response

from mbats.errors.rest import NoSuchTrade
from mbats.exchange.rest.call import Call
from mbats.exchange.rest.page import Page

_STATES = ("OPEN", "CLOSED", "CLOSE_WHEN_TRADEABLE", "ALL")


async def listed(call: Call) -> Response:
    """``GET /accounts/{id}/trades``: those open, where nothing else is asked for."""
    state = call.query.choice("state", _STATES, "OPEN")
    page, instruments = Page.of(call), call.instruments("instrument")
    trades = [
        trade
        for trade in call.exchange.trades(call.account_id)
        if state in ("ALL", trade["state"]) and (not instruments or trade["instrument"] in instruments)
    ]
    return page.answer("trades", trades)


async def open_ones(call: Call) -> Response:
    """``GET /accounts/{id}/openTrades``."""
    return call.answer_with("trades", call.exchange.open_trades(call.account_id))


async def one(call: Call) -> Response:
    """``GET /accounts/{id}/trades/{spec}``."""
    trade = call.exchange.trade(call.account_id, call.path("spec"))
    return call.answer_with("trade", trade, NoSuchTrade())


async def close(call: Call) -> Response:
    """``PUT /accounts/{id}/trades/{spec}/close``."""
    body, spec = await call.body(), call.path("spec")
    return await call.act(lambda exchange: exchange.close_trade(call.account_id, spec, body, request=call.request_id))


async def extend(call: Call) -> Response:
    """``PUT /accounts/{id}/trades/{spec}/clientExtensions``."""
    body, spec = await call.body(), call.path("spec")
    return await call.act(
        lambda exchange: exchange.set_trade_extensions(call.account_id, spec, body, request=call.request_id)
    )


async def set_orders(call: Call) -> Response:
    """``PUT /accounts/{id}/trades/{spec}/orders``."""
    body, spec = await call.body(), call.path("spec")
    return await call.act(
        lambda exchange: exchange.set_trade_orders(call.account_id, spec, body, request=call.request_id)
    )
