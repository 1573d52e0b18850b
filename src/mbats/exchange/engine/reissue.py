from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decimal import Decimal

    from mbats.exchange.engine.book import Book
    from mbats.exchange.engine.market import Market
    from mbats.exchange.engine.order import Order
    from mbats.exchange.reply import Record


def reissue(market: Market, book: Book, order: Order, units: Decimal) -> Record:
    """Write the order anew for what a partial fill left of it; of one that may not wait, nothing stays."""
    if order.terms["timeInForce"] == "IOC":
        return {}
    terms = order.terms | {"units": units, "replacesOrderID": str(order.id)}
    written = book.write(f"{order.type}_ORDER", terms | {"reason": "REPLACEMENT"})
    rest = replace(order, id=int(written["id"]), terms=terms, state="PENDING", outcome={}, rests=market.moves)
    order.outcome["replacedByOrderID"] = written["id"]
    book.enter(rest)
    return {"orderReissueTransaction": written}
