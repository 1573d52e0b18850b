"""Replacing and cancelling orders that wait, and changing what clients have written on orders and trades."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mbats.errors.exchange import OrderRefused
from mbats.errors.rest import InvalidValue
from mbats.exchange.engine.admission import check_extensions, refuse_if
from mbats.exchange.engine.closing import find_trade, trade_named
from mbats.exchange.engine.order import ENTRIES, PENDING
from mbats.exchange.engine.refusal import malformed, refused
from mbats.exchange.engine.request import number, read_extensions, read_order, text
from mbats.exchange.engine.submission import admitted, place
from mbats.exchange.reply import Reply

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbats.exchange.engine.book import Book
    from mbats.exchange.engine.market import Market
    from mbats.exchange.engine.order import Order
    from mbats.exchange.reply import Record

_MISSING = "ORDER_DOESNT_EXIST"
_NONE = "0"
_DIGITS = 18


def find_order(book: Book, specifier: str) -> Order | None:
    """Return the order of an id, or the pending one of a client's id after an @."""
    if specifier.startswith("@"):
        return book.waiting(specifier[1:])
    return book.orders.get(int(specifier)) if specifier.isdecimal() and len(specifier) <= _DIGITS else None


def cancel(book: Book, specifier: str) -> Reply:
    """Cancel an order that waits."""
    order = _pending(book, specifier)
    if order is None:
        return _no_order(book, specifier)
    written = book.cancel(order, "CLIENT_REQUEST")
    return Reply(200, {"orderCancelTransaction": written} | book.related())


def replace(market: Market, book: Book, specifier: str, request: Mapping[str, Any]) -> Reply:
    """Cancel an order that waits and put another in its place, or refuse both."""
    order = _pending(book, specifier)
    if order is None:
        return _no_order(book, specifier)
    # What hangs on a trade stays with it, and a client's words stay unless new ones come.
    kept = {name: order.terms[name] for name in ("tradeID", "clientExtensions") if name in order.terms}
    links: Record = {"replacesOrderID": str(order.id), "reason": "REPLACEMENT"}
    try:
        kind, terms = read_order(kept | {key: value for key, value in request.items() if value is not None})
        if kind in ENTRIES and terms.get("instrument") not in market.terms:
            raise InvalidValue(name="order.instrument")
        refuse_if(kind != order.type or terms.get("instrument", order.instrument) != order.instrument, _REPLACING)
        terms = admitted(market, book, kind, terms, order)
    except InvalidValue as wrong:
        return malformed(wrong)
    except OrderRefused as wrong:
        kind_written = f"{kind}_ORDER_REJECT"
        return refused(book, "orderRejectTransaction", kind_written, terms | links, reason=wrong.facts["reason"])
    return Reply(201, replaced(market, book, order, terms, links) | book.related())


def replaced(market: Market, book: Book, order: Order, terms: Record, links: Record) -> Record:
    """Cancel an order, create the one that replaces it, and return the transactions by the keys of a reply."""
    following = str(book.next_id + 1)
    gone = book.cancel(order, "CLIENT_REQUEST_REPLACED", replacedByOrderID=following)
    done = place(market, book, order.type, terms, links | {"cancellingTransactionID": gone["id"]})
    if "orderCancelTransaction" in done:
        done["replacingOrderCancelTransaction"] = done.pop("orderCancelTransaction")
    return {"orderCancelTransaction": gone} | done


def set_order_extensions(book: Book, specifier: str, body: Mapping[str, Any]) -> Reply:
    """Change id, tag and comment of an order that waits, and of the trade that it may open."""
    order = find_order(book, specifier)
    key, kind = "orderClientExtensionsModify", "ORDER_CLIENT_EXTENSIONS_MODIFY"
    try:
        given = {name: read_extensions(body[name], name) for name in _EXTENSIONS if body.get(name) is not None}
        fields: Record = _named(book, specifier) | {f"{name}Modify": value for name, value in given.items()}
        if order is None or order.state != PENDING:
            return refused(book, f"{key}RejectTransaction", f"{kind}_REJECT", fields, reason=_MISSING, status=404)
        refuse_if(not given, "CLIENT_EXTENSIONS_DATA_MISSING")
        check_extensions(given.get("clientExtensions", {}), "CLIENT_ORDER")
        check_extensions(given.get("tradeClientExtensions", {}), "CLIENT_TRADE")
        other = book.waiting(given.get("clientExtensions", {}).get("id", ""))
        refuse_if(bool(other and other.client_id) and other is not order, "CLIENT_ORDER_ID_ALREADY_EXISTS")
    except InvalidValue as wrong:
        return malformed(wrong)
    except OrderRefused as wrong:
        return refused(book, f"{key}RejectTransaction", f"{kind}_REJECT", fields, reason=wrong.facts["reason"])
    written = book.write(kind, fields | {"orderID": str(order.id)})
    order.terms |= {name: order.terms.get(name, {}) | value for name, value in given.items()}
    book.changed_orders.add(order.id)
    return Reply(200, {f"{key}Transaction": written} | book.related())


def set_trade_extensions(book: Book, specifier: str, body: Mapping[str, Any]) -> Reply:
    """Change id, tag and comment of an open trade."""
    trade = find_trade(book, specifier)
    key, kind = "tradeClientExtensionsModify", "TRADE_CLIENT_EXTENSIONS_MODIFY"
    try:
        given = read_extensions(body.get("clientExtensions") or {}, "clientExtensions")
        fields: Record = trade_named(book, specifier) | {key: given}
        if trade is None or trade.closed:
            return refused(
                book, f"{key}RejectTransaction", f"{kind}_REJECT", fields, reason="TRADE_DOESNT_EXIST", status=404
            )
        refuse_if(not given, "CLIENT_EXTENSIONS_DATA_MISSING")
        check_extensions(given, "CLIENT_TRADE")
    except InvalidValue as wrong:
        return malformed(wrong)
    except OrderRefused as wrong:
        return refused(book, f"{key}RejectTransaction", f"{kind}_REJECT", fields, reason=wrong.facts["reason"])
    written = book.write(kind, fields | trade.label())
    trade.extensions = trade.extensions | given
    book.changed_trades.add(trade.id)
    return Reply(200, {f"{key}Transaction": written} | book.related())


def configure(book: Book, body: Mapping[str, Any]) -> Reply:
    """Change an account's alias or margin rate."""
    try:
        fields: Record = {"alias": text(body["alias"], "alias")} if body.get("alias") is not None else {}
        if body.get("marginRate") is not None:
            fields["marginRate"] = number(body["marginRate"], "marginRate")
        refuse_if(not fields, "CLIENT_CONFIGURE_DATA_MISSING")
        refuse_if(len(fields.get("alias", "")) > 128, "ALIAS_INVALID")
        refuse_if(not 0 < fields.get("marginRate", 1) <= 1, "MARGIN_RATE_INVALID")
    except InvalidValue as wrong:
        return malformed(wrong)
    except OrderRefused as wrong:
        key, reason = "clientConfigureRejectTransaction", wrong.facts["reason"]
        return refused(book, key, "CLIENT_CONFIGURE_REJECT", fields, reason=reason)
    written = book.write("CLIENT_CONFIGURE", fields)
    book.alias = fields.get("alias", book.alias)
    book.margin_rate = fields.get("marginRate", book.margin_rate)
    return Reply(200, {"clientConfigureTransaction": written, **book.last()})


_EXTENSIONS = ("clientExtensions", "tradeClientExtensions")
_REPLACING = "REPLACING_ORDER_INVALID"


def _pending(book: Book, specifier: str) -> Order | None:
    order = find_order(book, specifier)
    return order if order is not None and order.state == PENDING else None


def _no_order(book: Book, specifier: str) -> Reply:
    key, fields = "orderCancelRejectTransaction", _named(book, specifier)
    return refused(book, key, "ORDER_CANCEL_REJECT", fields, reason=_MISSING, status=404)


def _named(book: Book, specifier: str) -> Record:
    """Return how transactions name an order that may not be there; typed clients want an id in any case."""
    if not specifier.startswith("@"):
        return {"orderID": specifier}
    last = next((order for order in reversed(book.orders.values()) if order.client_id == specifier[1:]), None)
    return {"orderID": str(last.id) if last else _NONE, "clientOrderID": specifier[1:]}
