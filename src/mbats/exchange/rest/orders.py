from starlette.responses import Response

from mbats.errors.rest import InvalidValue, NoSuchOrder
from mbats.exchange.reply import Record
from mbats.exchange.rest.call import Call
from mbats.exchange.rest.page import Page

_STATES = ("PENDING", "FILLED", "TRIGGERED", "CANCELLED", "ALL")
_NOT_HERE = "guaranteedStopLossOnFill"


async def create(call: Call) -> Response:
    """``POST /accounts/{id}/orders``."""
    order = await _order(call)
    return await call.create(lambda exchange: exchange.submit(call.account_id, order, request=call.request_id))


async def listed(call: Call) -> Response:
    """``GET /accounts/{id}/orders``: those pending, where nothing else is asked for."""
    state = call.query.choice("state", _STATES, "PENDING")
    page, instruments = Page.of(call), call.instruments("instrument")
    orders = [
        order
        for order in call.exchange.orders(call.account_id)
        if state in ("ALL", order["state"]) and (not instruments or _instrument(call, order) in instruments)
    ]
    return page.answer("orders", orders)


async def pending(call: Call) -> Response:
    """``GET /accounts/{id}/pendingOrders``."""
    return call.answer_with("orders", call.exchange.pending_orders(call.account_id))


async def one(call: Call) -> Response:
    """``GET /accounts/{id}/orders/{spec}``; by a client's id only while it is pending."""
    order = call.exchange.order(call.account_id, call.path("spec"))
    return call.answer_with("order", order, NoSuchOrder())


async def replace(call: Call) -> Response:
    """``PUT /accounts/{id}/orders/{spec}``."""
    order, spec = await _order(call), call.path("spec")
    return await call.create(lambda exchange: exchange.replace(call.account_id, spec, order, request=call.request_id))


async def cancel(call: Call) -> Response:
    """``PUT /accounts/{id}/orders/{spec}/cancel``."""
    spec = call.path("spec")
    return await call.act(lambda exchange: exchange.cancel(call.account_id, spec, request=call.request_id))


async def extend(call: Call) -> Response:
    """``PUT /accounts/{id}/orders/{spec}/clientExtensions``."""
    body, spec = await call.body(), call.path("spec")
    return await call.act(
        lambda exchange: exchange.set_order_extensions(call.account_id, spec, body, request=call.request_id)
    )


async def _order(call: Call) -> Record:
    order = (await call.body()).get("order")
    if not isinstance(order, dict):
        raise InvalidValue(name="order")
    if order.get(_NOT_HERE) is not None:  # better no trade than one without the stop that was asked for
        raise InvalidValue(name=f"order.{_NOT_HERE}")
    return order


def _instrument(call: Call, order: Record) -> str:
    """Return what an order trades; a stop or target of a trade does not say it itself."""
    if "instrument" in order:
        return str(order["instrument"])
    trade = call.exchange.trade(call.account_id, order["tradeID"])
    return "" if trade is None else str(trade["instrument"])
