"""Which orders the exchange takes. What it does not is refused with a reason, and the refusal is a transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbats.errors.exchange import OrderRefused
from mbats.exchange.engine.amounts import places
from mbats.exchange.engine.order import MARKET, STOP_LOSS, TRAILING_STOP
from mbats.exchange.engine.request import DETAILS

if TYPE_CHECKING:
    from decimal import Decimal

    from mbats.exchange.reply import Record
    from mbats.exchange.terms import Terms

_LONGEST = 128
_IMMEDIATE = ("FOK", "IOC")


def refuse_if(wrong: bool, reason: str) -> None:
    """Raise `OrderRefused` with `reason` if something is wrong."""
    if wrong:
        raise OrderRefused(reason=reason)


def check_entry(kind: str, order: Record, terms: Terms, now: int) -> None:
    """Raise `OrderRefused` for an order that could not be a market, limit, stop or if-touched order."""
    _check_units(order, terms)
    if kind != MARKET:
        _check_price(order.get("price"), terms, "")
    if "priceBound" in order:
        refuse_if(order["priceBound"] <= 0, "PRICE_BOUND_INVALID")
        refuse_if(not _on_tick(order["priceBound"], terms), "PRICE_BOUND_PRECISION_EXCEEDED")
    refuse_if(kind == MARKET and order["timeInForce"] not in _IMMEDIATE, "TIME_IN_FORCE_INVALID")
    _check_lapse(order, now, "TIME_IN_FORCE_GTD_TIMESTAMP")
    check_extensions(order.get("clientExtensions", {}), "CLIENT_ORDER")
    check_extensions(order.get("tradeClientExtensions", {}), "CLIENT_TRADE")
    for child, field in DETAILS.items():
        if field in order:
            check_protection(child, order[field], terms, now, on_fill=True)
    ids = [order[field].get("clientExtensions", {}).get("id") for field in DETAILS.values() if field in order]
    given = [one for one in ids if one]
    refuse_if(len(set(given)) < len(given), "ORDERS_ON_FILL_DUPLICATE_CLIENT_ORDER_IDS")


def check_protection(kind: str, order: Record, terms: Terms, now: int, *, on_fill: bool = False) -> None:
    """Raise `OrderRefused` for a protective order that could not be one; `on_fill`: it hangs on an entry."""
    prefix = f"{kind}_ON_FILL_" if on_fill else ""
    owner = f"{kind}_ON_FILL" if on_fill else f"{kind}_ORDER"
    if kind == TRAILING_STOP:
        _check_trailing(order, terms, prefix)
    else:
        _check_price_or_distance(kind, order, terms, prefix, owner)
    refuse_if(bool(order.get("guaranteed")), f"{owner}_GUARANTEED_NOT_ALLOWED")
    refuse_if(order["timeInForce"] in _IMMEDIATE, f"{prefix}TIME_IN_FORCE_INVALID")
    _check_lapse(order, now, f"{prefix}GTD_TIMESTAMP" if on_fill else "TIME_IN_FORCE_GTD_TIMESTAMP")
    check_extensions(order.get("clientExtensions", {}), f"{prefix}CLIENT_ORDER")


def check_extensions(extensions: Record, prefix: str) -> None:
    """Raise `OrderRefused` for client extensions that are too long."""
    for field, word in (("id", "ID"), ("tag", "TAG"), ("comment", "COMMENT")):
        refuse_if(len(extensions.get(field, "")) > _LONGEST, f"{prefix}_{word}_INVALID")


def settled(order: Record, terms: Terms) -> Record:
    """Return an order's terms with all decimal places of their prices."""
    prices = {name: terms.price(order[name]) for name in ("price", "priceBound", "distance") if name in order}
    details = {name: settled(order[name], terms) for name in DETAILS.values() if name in order}
    return order | prices | details


def _check_units(order: Record, terms: Terms) -> None:
    refuse_if("units" not in order, "UNITS_MISSING")
    units = order["units"]
    refuse_if(units == 0, "UNITS_INVALID")
    refuse_if(places(units) > terms.units_precision, "UNITS_PRECISION_EXCEEDED")
    refuse_if(abs(units) < terms.minimum_trade_size, "UNITS_MINIMUM_NOT_MET")
    refuse_if(abs(units) > terms.maximum_order_units, "UNITS_LIMIT_EXCEEDED")


def _check_price(price: Decimal | None, terms: Terms, prefix: str) -> None:
    if price is None:
        raise OrderRefused(reason=f"{prefix}PRICE_MISSING")
    refuse_if(price <= 0, f"{prefix}PRICE_INVALID")
    refuse_if(not _on_tick(price, terms), f"{prefix}PRICE_PRECISION_EXCEEDED")


def _check_price_or_distance(kind: str, order: Record, terms: Terms, prefix: str, owner: str) -> None:
    refuse_if("price" in order and "distance" in order, f"{owner}_PRICE_AND_DISTANCE_BOTH_SPECIFIED")
    if "distance" not in order:
        both = kind == STOP_LOSS and "price" not in order
        refuse_if(both, f"{owner}_PRICE_AND_DISTANCE_BOTH_MISSING")
        return _check_price(order.get("price"), terms, prefix)
    word = f"{prefix}DISTANCE" if prefix else "PRICE_DISTANCE"
    refuse_if(order["distance"] <= 0, f"{word}_INVALID")
    refuse_if(not _on_tick(order["distance"], terms), f"{word}_PRECISION_EXCEEDED")
    return None


def _check_trailing(order: Record, terms: Terms, prefix: str) -> None:
    word = f"{prefix}PRICE_DISTANCE"
    refuse_if("distance" not in order, f"{word}_MISSING")
    distance = order["distance"]
    refuse_if(distance <= 0, f"{word}_INVALID")
    refuse_if(not _on_tick(distance, terms), f"{word}_PRECISION_EXCEEDED")
    refuse_if(distance < terms.minimum_trailing_distance, f"{word}_MINIMUM_NOT_MET")
    refuse_if(distance > terms.maximum_trailing_distance, f"{word}_MAXIMUM_EXCEEDED")


def _check_lapse(order: Record, now: int, prefix: str) -> None:
    if order["timeInForce"] == "GTD":
        refuse_if("gtdTime" not in order, f"{prefix}_MISSING")
        refuse_if(order["gtdTime"] <= now, f"{prefix}_IN_PAST")


def _on_tick(price: Decimal, terms: Terms) -> bool:
    return places(price) <= terms.display_precision
