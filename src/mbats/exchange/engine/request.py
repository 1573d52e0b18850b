"""From the JSON of a request to an order's terms: numbers as Decimal, moments, defaults; null is as good as absent."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, TypeAlias

from mbats.errors.rest import InvalidValue
from mbats.exchange.engine.order import IF_TOUCHED, LIMIT, MARKET, STOP, STOP_LOSS, TAKE_PROFIT, TRAILING_STOP
from mbats.exchange.moment import Moment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mbats.exchange.reply import Record

    Reader: TypeAlias = Callable[[Any, str], Any]

DETAILS = {
    TAKE_PROFIT: "takeProfitOnFill",
    STOP_LOSS: "stopLossOnFill",
    TRAILING_STOP: "trailingStopLossOnFill",
}
_CHOICES = {
    "timeInForce": ("GTC", "GTD", "GFD", "FOK", "IOC"),
    "positionFill": ("DEFAULT", "OPEN_ONLY", "REDUCE_FIRST", "REDUCE_ONLY"),
    "triggerCondition": ("DEFAULT", "INVERSE", "BID", "ASK", "MID"),
}
_ENTRY = ("timeInForce", "positionFill", "clientExtensions", *DETAILS.values(), "tradeClientExtensions")
_WAITING = ("instrument", "units", "price", "gtdTime", "triggerCondition", *_ENTRY)
_OF_TRADE = ("tradeID", "clientTradeID", "timeInForce", "gtdTime", "triggerCondition", "clientExtensions")
_FIELDS = {
    MARKET: ("instrument", "units", "priceBound", *_ENTRY),
    LIMIT: _WAITING,
    STOP: (*_WAITING, "priceBound"),
    IF_TOUCHED: (*_WAITING, "priceBound"),
    TAKE_PROFIT: ("price", "distance", *_OF_TRADE),
    STOP_LOSS: ("price", "distance", "guaranteed", *_OF_TRADE),
    TRAILING_STOP: ("distance", *_OF_TRADE),
}
_IN_DETAILS = ("price", "distance", "timeInForce", "gtdTime", "clientExtensions", "guaranteed")


def read_order(order: Mapping[str, Any]) -> tuple[str, Record]:
    """Return an order's type and terms, as far as they were given.

    Raises
    ------
    InvalidValue
        When a value is none of its kind: no transaction comes of it.
    """
    kind = order.get("type")
    if not isinstance(kind, str) or kind not in _FIELDS:
        raise InvalidValue(name="order.type")
    return kind, _defaults(kind) | _read(order, _FIELDS[kind], "order")


def read_details(kind: str, details: Mapping[str, Any], name: str) -> Record:
    """Return the terms of a protective order as they stand in another request."""
    fields = [field for field in _IN_DETAILS if field in _FIELDS[kind]]
    return {"timeInForce": "GTC"} | _read(details, fields, name)


def read_extensions(value: Any, name: str) -> Record:
    """Return client extensions: id, tag and comment, those that were given."""
    if not isinstance(value, dict):
        raise InvalidValue(name=name)
    return {key: text(value[key], f"{name}.{key}") for key in ("id", "tag", "comment") if value.get(key) is not None}


def number(value: Any, name: str) -> Decimal:
    """Return a number given as JSON number or string."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise InvalidValue(name=name)
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        raise InvalidValue(name=name) from None
    if not found.is_finite() or abs(found.adjusted()) > 20:
        raise InvalidValue(name=name)
    return found


def text(value: Any, name: str) -> str:
    """Return a string; a whole number is taken as one."""
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise InvalidValue(name=name)
    return str(value)


def _moment(value: Any, name: str) -> Moment:
    if isinstance(value, Moment):
        return value
    try:
        return Moment.parse(text(value, name) if not isinstance(value, float | Decimal) else str(value))
    except ValueError:
        raise InvalidValue(name=name) from None


def _flag(value: Any, name: str) -> bool:
    if not isinstance(value, bool):
        raise InvalidValue(name=name)
    return value


def _choice(value: Any, name: str) -> str:
    if not isinstance(value, str) or value not in _CHOICES[name.rpartition(".")[2]]:
        raise InvalidValue(name=name)
    return str(value)


def _details(value: Any, name: str) -> Record:
    if not isinstance(value, dict):
        raise InvalidValue(name=name)
    kind = next(kind for kind, field in DETAILS.items() if name.endswith("." + field))
    return read_details(kind, value, name)


_READERS: dict[str, Reader] = {
    "instrument": text,
    "units": number,
    "price": number,
    "priceBound": number,
    "distance": number,
    "tradeID": text,
    "clientTradeID": text,
    "gtdTime": _moment,
    "guaranteed": _flag,
    "clientExtensions": read_extensions,
    "tradeClientExtensions": read_extensions,
    **dict.fromkeys(_CHOICES, _choice),
    **dict.fromkeys(DETAILS.values(), _details),
}


def _read(given: Mapping[str, Any], fields: tuple[str, ...] | list[str], name: str) -> Record:
    return {field: _READERS[field](given[field], f"{name}.{field}") for field in fields if given.get(field) is not None}


def _defaults(kind: str) -> Record:
    if kind == MARKET:
        return {"timeInForce": "FOK", "positionFill": "DEFAULT"}
    waiting: Record = {"timeInForce": "GTC", "triggerCondition": "DEFAULT"}
    if kind in DETAILS:
        return waiting | ({"guaranteed": False} if kind == STOP_LOSS else {})
    return waiting | {"positionFill": "DEFAULT"}
