"""What protects an open trade: created, replaced or cancelled in one request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mbats.errors.exchange import OrderRefused
from mbats.errors.rest import InvalidValue
from mbats.exchange.engine.admission import check_protection, refuse_if, settled
from mbats.exchange.engine.amending import replaced
from mbats.exchange.engine.closing import find_trade
from mbats.exchange.engine.order import STOP_LOSS, TAKE_PROFIT, TRAILING_STOP
from mbats.exchange.engine.protection import placed
from mbats.exchange.engine.refusal import error, malformed, refused
from mbats.exchange.engine.request import read_details
from mbats.exchange.engine.submission import place
from mbats.exchange.reply import Reply

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbats.exchange.engine.book import Book
    from mbats.exchange.engine.market import Market
    from mbats.exchange.engine.trade import Trade
    from mbats.exchange.reply import Record

_FIELDS = {TAKE_PROFIT: "takeProfit", STOP_LOSS: "stopLoss", TRAILING_STOP: "trailingStopLoss"}
_RENAMED = {
    "orderCancelTransaction": "OrderCancelTransaction",
    "orderCreateTransaction": "OrderTransaction",
    "orderFillTransaction": "OrderFillTransaction",
    "replacingOrderCancelTransaction": "OrderCreatedCancelTransaction",
}


def set_trade_orders(market: Market, book: Book, specifier: str, body: Mapping[str, Any]) -> Reply:
    """Set what protects a trade: details create or replace, null cancels, what is absent stays."""
    trade = find_trade(book, specifier)
    if trade is None or trade.closed:
        return Reply(404, {**error("TRADE_DOESNT_EXIST"), **book.last()})
    asked = {kind: body[field] for kind, field in _FIELDS.items() if field in body}
    terms: dict[str, Record] = {}
    try:
        for kind, details in asked.items():
            if details is not None:
                terms[kind] = read_details(kind, _details(book, trade, kind, details), _FIELDS[kind])
                terms[kind] = _admitted(market, book, trade, kind, terms[kind])
    except InvalidValue as wrong:
        return malformed(wrong)
    except OrderRefused as wrong:
        key = f"{_FIELDS[kind]}OrderRejectTransaction"
        fields = trade.label() | terms[kind] | {"reason": "CLIENT_ORDER"}
        return refused(book, key, f"{kind}_ORDER_REJECT", fields, reason=wrong.facts["reason"])
    done: Record = {}
    for kind in asked:
        done |= _set(market, book, trade, kind, terms.get(kind))
    return Reply(200, done | book.related())


def _admitted(market: Market, book: Book, trade: Trade, kind: str, details: Record) -> Record:
    instrument = market.terms[trade.instrument]
    check_protection(kind, details, instrument, market.time)
    taken = book.waiting(details.get("clientExtensions", {}).get("id", "")) if "clientExtensions" in details else None
    refuse_if(
        taken is not None and bool(taken.client_id) and taken.id != trade.dependants.get(kind),
        "CLIENT_ORDER_ID_ALREADY_EXISTS",
    )
    return settled(placed(kind, details, trade.price, trade.long), instrument)


def _set(market: Market, book: Book, trade: Trade, kind: str, terms: Record | None) -> Record:
    standing = book.orders.get(trade.dependants.get(kind, 0))
    if terms is None:
        cancelled = [book.cancel(standing, "CLIENT_REQUEST")] if standing else []
        return {f"{_FIELDS[kind]}OrderCancelTransaction": written for written in cancelled}
    if trade.closed:
        return {}
    named = trade.label() | terms
    if standing:
        links: Record = {"replacesOrderID": str(standing.id), "reason": "REPLACEMENT"}
        done = replaced(market, book, standing, named, links)
        return {f"{_FIELDS[kind]}{_RENAMED[key]}": written for key, written in done.items()}
    done = place(market, book, kind, named, {"reason": "CLIENT_ORDER"})
    if "orderCancelTransaction" in done:
        done["replacingOrderCancelTransaction"] = done.pop("orderCancelTransaction")
    return {f"{_FIELDS[kind]}{_RENAMED[key]}": written for key, written in done.items()}


def _details(book: Book, trade: Trade, kind: str, details: Any) -> Record:
    """Return the details as given; what they leave out stays as it is on the order that they replace."""
    if not isinstance(details, dict):
        raise InvalidValue(name=_FIELDS[kind])
    given = {name: value for name, value in details.items() if value is not None}
    standing = book.orders.get(trade.dependants.get(kind, 0))
    kept = dict(standing.terms) if standing else {}
    if given.keys() & {"price", "distance"}:
        kept = {name: value for name, value in kept.items() if name not in ("price", "distance")}
    elif "distance" in kept:
        kept.pop("price", None)
    if "timeInForce" in given:
        kept.pop("gtdTime", None)
    return kept | given
