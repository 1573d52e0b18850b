from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mbats.exchange.engine import protection
from mbats.exchange.engine.admission import refuse_if
from mbats.exchange.engine.netting import net
from mbats.exchange.engine.order import PROTECTIVE
from mbats.exchange.engine.standing import margin_used, standing

if TYPE_CHECKING:
    from decimal import Decimal

    from mbats.exchange.engine.book import Book
    from mbats.exchange.engine.market import Market
    from mbats.exchange.engine.netting import Netting
    from mbats.exchange.engine.order import Order
    from mbats.exchange.engine.trade import Trade
    from mbats.exchange.reply import Record


@dataclass(frozen=True, slots=True)
class Execution:
    """What a fill is going to do: so many signed units at a price, netted."""

    units: Decimal
    price: Decimal
    netting: Netting
    children: dict[str, Record]


def planned(market: Market, book: Book, order: Order, price: Decimal) -> Execution:
    """Return what filling an order at a price would do.

    Raises
    ------
    OrderRefused
        When it may not be filled, with the reason for which it is cancelled.
    """
    trades = _candidates(book, order)
    units = -trades[0].units if order.type in PROTECTIVE else _available(market, order)
    netting = net(trades, units)
    if reduces_only(order):
        refuse_if(not netting.closing, "POSITION_CLOSEOUT_FAILED")
        units, netting = units - netting.opening, net(trades, units - netting.opening)
    refuse_if(order.terms.get("positionFill") == "OPEN_ONLY" and bool(netting.closing), "FIFO_VIOLATION")
    long = units > 0
    children = protection.on_fill(order, price, long) if netting.opening else {}
    if netting.opening:
        _check_opening(market, book, order.instrument, units)
        refusal = protection.refusal(market, book, order.instrument, children, long)
        refuse_if(bool(refusal), refusal)
    return Execution(units, price, netting, children)


def _candidates(book: Book, order: Order) -> list[Trade]:
    if order.trade:
        return [book.trades[order.trade]]
    return book.trades_of(order.instrument)


def _available(market: Market, order: Order) -> Decimal:
    most = market.liquidity.get(order.instrument)
    if most is None or abs(order.units) <= most or "marginCloseout" in order.terms:
        return order.units
    refuse_if(order.terms["timeInForce"] == "FOK" or not most, "INSUFFICIENT_LIQUIDITY")
    return most.copy_sign(order.units)


def reduces_only(order: Order) -> bool:
    """Tell whether an order never opens anything."""
    return order.type in PROTECTIVE or order.terms.get("positionFill") == "REDUCE_ONLY"


def _check_opening(market: Market, book: Book, instrument: str, units: Decimal) -> None:
    before = book.position(instrument)
    cap = market.terms[instrument].maximum_position_size
    refuse_if(0 < cap < abs(before + units), "POSITION_SIZE_EXCEEDED")
    now = standing(market, book)
    others = now.margin_used - margin_used(market, book, instrument, before)
    after = others + margin_used(market, book, instrument, before + units)
    refuse_if(after > now.nav, "INSUFFICIENT_MARGIN")
