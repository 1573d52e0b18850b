"""Orders that protect a trade: where they stand, when an entry may not have them, how they come into being."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbats.exchange.engine.order import STOP_LOSS, TAKE_PROFIT, TRAILING_STOP, Order, waits_for_rise
from mbats.exchange.engine.request import DETAILS
from mbats.exchange.engine.touch import trailing_level
from mbats.market.calendar import day_end

if TYPE_CHECKING:
    from decimal import Decimal

    from mbats.exchange.engine.book import Book
    from mbats.exchange.engine.market import Market
    from mbats.exchange.engine.trade import Trade
    from mbats.exchange.reply import Record


def on_fill(order: Order, price: Decimal, long: bool) -> dict[str, Record]:
    """Return the terms of the protective orders that a fill at `price` brings, by type, their prices worked out."""
    wanted = {kind: order.terms[field] for kind, field in DETAILS.items() if field in order.terms}
    return {kind: placed(kind, details, price, long) for kind, details in wanted.items()}


def placed(kind: str, details: Record, price: Decimal, long: bool) -> Record:
    """Return protective terms with their price; a distance of stop or target counts from the trade's `price`."""
    terms: Record = {"timeInForce": "GTC", "triggerCondition": "DEFAULT"} | details
    if kind == STOP_LOSS:
        terms.setdefault("guaranteed", False)
    if kind != TRAILING_STOP and "distance" in details:
        above = long == (kind == TAKE_PROFIT)
        terms["price"] = price + details["distance"] if above else price - details["distance"]
    return terms


def refusal(market: Market, book: Book, instrument: str, children: dict[str, Record], long: bool) -> str:
    """Return why a trade may not be opened with these protective orders; empty if it may.

    It may not if one of them would be filled at once. OANDA's reasons speak of a loss; leaving at once is one, by the
    spread.
    """
    leaving = market.sides(instrument)[0 if long else 1]
    for kind, terms in children.items():
        client_id = terms.get("clientExtensions", {}).get("id")
        if client_id and book.waiting(client_id):
            return f"{kind}_ON_FILL_CLIENT_ORDER_ID_ALREADY_EXISTS"
        if terms["timeInForce"] == "GTD" and terms["gtdTime"] <= market.time:
            return f"{kind}_ON_FILL_GTD_TIMESTAMP_IN_PAST"
        if kind != TRAILING_STOP and terms["price"] <= 0:
            return f"{kind}_ON_FILL_PRICE_DISTANCE_MAXIMUM_EXCEEDED"
        if kind != TRAILING_STOP and _met(kind, float(terms["price"]), leaving, long):
            return f"{kind}_ON_FILL_LOSS"
    return ""


def protect(market: Market, book: Book, trade: Trade, kind: str, terms: Record, *, links: Record) -> Order:
    """Write and enter a protective order; `links`: its reason, what it replaces, what filled."""
    terms = trade.label() | terms
    written = book.write(f"{kind}_ORDER", terms | links)
    if "replacesOrderID" in links:
        terms |= {"replacesOrderID": links["replacesOrderID"]}
    order = Order(
        id=int(written["id"]),
        type=kind,
        instrument=trade.instrument,
        terms=terms,
        created=market.time,
        buys=not trade.long,
        rises=waits_for_rise(kind, not trade.long),
        trade=trade.id,
        lapses=lapse(terms, market.time),
    )
    if kind == TRAILING_STOP:
        order.trailing = trailing_level(order, market.sides(trade.instrument), market.terms[trade.instrument].tick)
    book.enter(order)
    trade.dependants[kind] = order.id
    book.changed_trades.add(trade.id)
    return order


def lapse(terms: Record, now: int) -> int | None:
    """Return when an order expires: its own time, 17:00 New York, or never (None)."""
    if terms["timeInForce"] == "GTD":
        return int(terms["gtdTime"])
    return day_end(now) if terms["timeInForce"] == "GFD" else None


def _met(kind: str, level: float, leaving: float, long: bool) -> bool:
    above = long == (kind == TAKE_PROFIT)
    return leaving >= level if above else leaving <= level
