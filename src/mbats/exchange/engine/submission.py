"""From a request to an order on the book: refused, cancelled at creation, filled at once, or waiting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mbats.errors.exchange import OrderRefused
from mbats.errors.rest import InvalidValue
from mbats.exchange.engine.admission import check_entry, check_protection, refuse_if, settled
from mbats.exchange.engine.fill import fill
from mbats.exchange.engine.order import ENTRIES, IF_TOUCHED, LIMIT, MARKET, STOP, TAKE_PROFIT, Order, waits_for_rise
from mbats.exchange.engine.protection import lapse, placed, protect
from mbats.exchange.engine.refusal import malformed, refused
from mbats.exchange.engine.request import read_order
from mbats.exchange.engine.touch import met
from mbats.exchange.reply import Reply

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from mbats.exchange.engine.book import Book
    from mbats.exchange.engine.market import Market
    from mbats.exchange.engine.trade import Trade
    from mbats.exchange.reply import Record

_CLIENT: Record = {"reason": "CLIENT_ORDER"}


def submit(market: Market, book: Book, order: Mapping[str, Any]) -> Reply:
    """Take an order, or refuse it."""
    try:
        kind, terms = read_order(order)
        if kind in ENTRIES and terms.get("instrument") not in market.terms:
            raise InvalidValue(name="order.instrument")
        terms = admitted(market, book, kind, terms)
    except InvalidValue as error:
        return malformed(error)
    except OrderRefused as error:
        reason = error.facts["reason"]
        return refused(book, "orderRejectTransaction", f"{kind}_ORDER_REJECT", terms | _CLIENT, reason=reason)
    return Reply(201, place(market, book, kind, terms, _CLIENT) | book.related())


def admitted(market: Market, book: Book, kind: str, terms: Record, replaced: Order | None = None) -> Record:
    """Return an order's terms with their decimal places, if the exchange takes it.

    Raises
    ------
    OrderRefused
        When it does not; `replaced` is the order that it would replace.
    """
    client_id = terms.get("clientExtensions", {}).get("id")
    taken = book.waiting(client_id) if client_id else None
    if kind in ENTRIES:
        instrument = market.terms[terms["instrument"]]
        check_entry(kind, terms, instrument, market.time)
        refuse_if(kind == IF_TOUCHED and instrument.symbol not in market.quotes, "INSTRUMENT_PRICE_UNKNOWN")
    else:
        trade = protected(book, terms)
        instrument = market.terms[trade.instrument]
        check_protection(kind, terms, instrument, market.time)
        terms = placed(kind, terms, trade.price, trade.long)
        standing = trade.dependants.get(kind)
        refuse_if(
            standing is not None and (replaced is None or standing != replaced.id), f"{kind}_ORDER_ALREADY_EXISTS"
        )
    refuse_if(taken is not None and taken is not replaced, "CLIENT_ORDER_ID_ALREADY_EXISTS")
    return settled(terms, instrument)


def place(market: Market, book: Book, kind: str, terms: Record, links: Record) -> Record:
    """Put an order on the book, and fill or cancel it at once if its kind or the market says so."""
    if kind not in ENTRIES:
        return _place_protection(market, book, kind, terms, links)
    shown = {name: value for name, value in links.items() if name == "replacesOrderID"}
    written = book.write(f"{kind}_ORDER", terms | links)
    order = Order(
        id=int(written["id"]),
        type=kind,
        instrument=terms["instrument"],
        terms=terms | shown,
        created=market.time,
        buys=terms["units"] > 0,
        trade=int(terms.get("tradeClose", {}).get("tradeID", 0)),
        lapses=lapse(terms, market.time),
    )
    order.rises = _rises(market, order)
    book.enter(order)
    return {"orderCreateTransaction": written} | at_once(market, book, order)


def at_once(market: Market, book: Book, order: Order) -> Record:
    """Fill or cancel an order that does not wait; return the transactions by the keys of a reply."""
    if not market.open_to(order.instrument, book.currency):
        waits = order.terms["timeInForce"] not in ("FOK", "IOC")
        return {} if waits else {"orderCancelTransaction": book.cancel(order, "MARKET_HALTED")}
    if order.type == MARKET or met(order, market.sides(order.instrument)):
        return execute(market, book, order, trading_price(market, order))
    if order.terms["timeInForce"] in ("FOK", "IOC"):
        return {"orderCancelTransaction": book.cancel(order, "TIME_IN_FORCE_EXPIRED")}
    return {}


def execute(market: Market, book: Book, order: Order, price: Decimal) -> Record:
    """Fill an order at a price within its bound, else cancel it."""
    bound = order.terms.get("priceBound")
    if bound is not None and (price > bound if order.buys else price < bound):
        return {"orderCancelTransaction": book.cancel(order, "BOUNDS_VIOLATION")}
    return fill(market, book, order, price)


def trading_price(market: Market, order: Order) -> Decimal:
    """Return the price an order meets now: who buys pays the ask."""
    quote = market.quotes[order.instrument]
    return quote.ask if order.buys else quote.bid


def protected(book: Book, terms: Record) -> Trade:
    """Return the open trade that a protective order names, by id or client id."""
    refuse_if("tradeID" not in terms and "clientTradeID" not in terms, "TRADE_ID_UNSPECIFIED")
    for trade in book.open_trades():
        if terms.get("tradeID", str(trade.id)) == str(trade.id) and (
            terms.get("clientTradeID", trade.client_id) == trade.client_id
        ):
            return trade
    raise OrderRefused(reason="TRADE_DOESNT_EXIST")


def _place_protection(market: Market, book: Book, kind: str, terms: Record, links: Record) -> Record:
    trade = protected(book, terms)
    order = protect(market, book, trade, kind, terms, links=links)
    created = {"orderCreateTransaction": book.transactions[order.id - 1]}
    losing = kind == TAKE_PROFIT and (order.level < trade.price if trade.long else order.level > trade.price)
    if losing and market.open_to(order.instrument, book.currency) and met(order, market.sides(order.instrument)):
        return created | {"orderCancelTransaction": book.cancel(order, "LOSING_TAKE_PROFIT")}
    return created | at_once(market, book, order)


def _rises(market: Market, order: Order) -> bool:
    if order.type in (LIMIT, STOP):
        return waits_for_rise(order.type, order.buys)
    # Touched from wherever the market stands now.
    return order.type == IF_TOUCHED and trading_price(market, order) < order.level
