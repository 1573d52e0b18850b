"""Instructions as OANDA reads them."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from mbats.adapters.oanda.roles import tag
from mbats.adapters.oanda.wire import plain, rfc3339
from mbats.execution.broker import Submit
from mbats.execution.order import OrderType, Role

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbats.execution.broker import Protect
    from mbats.market.instrument import Instrument

KINDS: Mapping[OrderType, str] = MappingProxyType(
    {OrderType.MARKET: "MARKET", OrderType.LIMIT: "LIMIT", OrderType.STOP: "STOP"}
)
"""The types that OANDA takes from us."""


def order_body(submit: Submit, instrument: Instrument | None) -> dict[str, Any]:
    """Return the body of ``POST /orders``: the order with its bracket, in one request.

    Prices are rounded to the tick and units down to the lot; of an instrument that nobody knows (None) they are sent
    as they are, for the venue to judge.

    Children carry the order's id with a suffix of their own: a venue may refuse an id twice among waiting orders.
    """
    order = {
        "type": KINDS[submit.type],
        "instrument": submit.instrument,
        "units": plain(_stepped(submit.units, instrument.lot if instrument else None, ROUND_DOWN)),
        "positionFill": "REDUCE_ONLY" if submit.reduce_only else "DEFAULT",
        "clientExtensions": {"id": submit.client_id, "tag": tag(submit.role)},
        **_validity(submit),
    }
    if submit.price is not None:
        order["price"] = _price(submit.price, instrument)
    if not submit.reduce_only:
        order["tradeClientExtensions"] = {"id": submit.client_id, "tag": tag(submit.role)}
    return {"order": order | _bracket(submit, instrument)}


def protection_body(protect: Protect, instrument: Instrument | None) -> dict[str, Any]:
    """Return the body of ``PUT /trades/{id}/orders``; what is not named stays as it is."""
    prices = {"stopLoss": (protect.stop, "stop"), "takeProfit": (protect.target, "target")}
    return {
        name: {"price": _price(price, instrument), **_child(protect.client_id, suffix)}
        for name, (price, suffix) in prices.items()
        if price is not None
    }


def _bracket(submit: Submit, instrument: Instrument | None) -> dict[str, Any]:
    prices = {"stopLossOnFill": (submit.stop, "stop"), "takeProfitOnFill": (submit.target, "target")}
    distances = {
        "stopLossOnFill": (submit.stop_distance, "stop"),
        "takeProfitOnFill": (submit.target_distance, "target"),
        "trailingStopLossOnFill": (submit.trailing, "trailing"),
    }
    return {
        name: {field: _price(value, instrument), **_child(submit.client_id, suffix)}
        for field, given in (("distance", distances), ("price", prices))
        for name, (value, suffix) in given.items()
        if value is not None
    }


def _child(client_id: str, suffix: str) -> dict[str, Any]:
    role = Role.TAKE_PROFIT if suffix == "target" else Role.STOP_LOSS
    return {"timeInForce": "GTC", "clientExtensions": {"id": f"{client_id}.{suffix}", "tag": tag(role)}}


def _validity(submit: Submit) -> dict[str, str]:
    if submit.type is OrderType.MARKET:
        return {"timeInForce": "FOK"}
    if submit.valid_until is None:
        return {"timeInForce": "GTC"}
    return {"timeInForce": "GTD", "gtdTime": rfc3339(submit.valid_until)}


def _price(price: Decimal, instrument: Instrument | None) -> str:
    return plain(_stepped(price, instrument.tick if instrument else None, ROUND_HALF_EVEN))


def _stepped(value: Decimal, step: Decimal | None, rounding: str) -> Decimal:
    return value if step is None else value.quantize(step, rounding=rounding)
