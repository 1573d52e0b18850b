from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from mbats.exchange.engine.amounts import NOTHING, ZERO, money
from mbats.exchange.engine.conversion import HOME, Factors
from mbats.exchange.engine.order import MARKET
from mbats.exchange.engine.standing import margin_used
from mbats.exchange.moment import Moment

if TYPE_CHECKING:
    from mbats.exchange.engine.book import Book
    from mbats.exchange.engine.execution import Execution
    from mbats.exchange.engine.market import Market
    from mbats.exchange.engine.netting import Part
    from mbats.exchange.engine.order import Order
    from mbats.exchange.reply import Record

_DEPTH = "10000000"


def fill_record(market: Market, book: Book, order: Order, execution: Execution) -> Record:
    """Return an ORDER_FILL in OANDA's words: what was traded, what it brought, at which prices and rates."""
    price, netting = execution.price, execution.netting
    quote = market.quotes[order.instrument]
    spread = (quote.ask - quote.bid) / 2
    factors = known(market, order.instrument, book)
    parts = [_closing(part, price, spread, factors) for part in netting.closing]
    pl = sum((part["realizedPL"] for part in parts), NOTHING)
    quote_pl = sum((part.units * (price - part.trade.price) for part in netting.closing), ZERO)
    fields = order.label() | {
        "instrument": order.instrument,
        "units": execution.units,
        "requestedUnits": order.units or execution.units,
        "price": price,
        "fullVWAP": price,
        "pl": pl,
        "quotePL": quote_pl,
        "financing": NOTHING,
        "baseFinancing": ZERO,
        "commission": NOTHING,
        "accountBalance": book.balance + pl,
        **_factors(market, order.instrument, book, factors),
        "guaranteedExecutionFee": NOTHING,
        "quoteGuaranteedExecutionFee": ZERO,
        "halfSpreadCost": money(abs(execution.units) * spread * factors.mid),
        "fullPrice": full_price(market, order.instrument),
        "reason": _reason(order),
    }
    if netting.opening:
        fields["tradeOpened"] = _opening(market, book, order, execution, spread * factors.mid)
    return fields | _split(parts, netting.closing)


def known(market: Market, instrument: str, book: Book) -> Factors:
    """Return the conversion factors of an instrument that is open to an account, so they are known."""
    factors = market.factors(instrument, book.currency)
    assert factors is not None, "an instrument without a way home is not open"
    return factors


def full_price(market: Market, instrument: str) -> Record:
    """Return the prices of the moment as a fill shows them."""
    quote = market.quotes[instrument]
    return {
        "closeoutBid": quote.bid,
        "closeoutAsk": quote.ask,
        "timestamp": Moment(quote.time),
        "bids": [{"price": quote.bid, "liquidity": _DEPTH}],
        "asks": [{"price": quote.ask, "liquidity": _DEPTH}],
    }


def _closing(part: Part, price: Decimal, spread: Decimal, factors: Factors) -> Record:
    quote_pl = part.units * (price - part.trade.price)
    return part.trade.label() | {
        "units": -part.units,
        "realizedPL": money(factors.money(quote_pl)),
        "financing": NOTHING,
        "baseFinancing": ZERO,
        "price": price,
        "guaranteedExecutionFee": NOTHING,
        "quoteGuaranteedExecutionFee": ZERO,
        "halfSpreadCost": money(abs(part.units) * spread * factors.mid),
    }


def _opening(market: Market, book: Book, order: Order, execution: Execution, spread_at_home: Decimal) -> Record:
    units, extensions = execution.netting.opening, order.terms.get("tradeClientExtensions")
    return {
        "tradeID": str(book.next_id),
        "units": units,
        "price": execution.price,
        "guaranteedExecutionFee": NOTHING,
        "quoteGuaranteedExecutionFee": ZERO,
        "halfSpreadCost": money(abs(units) * spread_at_home),
        "initialMarginRequired": margin_used(market, book, order.instrument, units),
    } | ({"clientExtensions": dict(extensions)} if extensions else {})


def _split(parts: list[Record], closing: tuple[Part, ...]) -> Record:
    whole = [record for record, part in zip(parts, closing, strict=True) if part.units == part.trade.units]
    fields: Record = {"tradesClosed": whole} if whole else {}
    return fields | ({"tradeReduced": parts[-1]} if len(whole) < len(parts) else {})


def _factors(market: Market, instrument: str, book: Book, quote: Factors) -> Record:
    at_home, mid = market.terms[instrument].base == book.currency, market.quotes[instrument].mid
    base = HOME if at_home else Factors(quote.mid * mid, quote.gain * mid, quote.loss * mid)
    named = {
        "gainQuoteHome": {"factor": quote.gain},
        "lossQuoteHome": {"factor": quote.loss},
        "gainBaseHome": {"factor": base.gain},
        "lossBaseHome": {"factor": base.loss},
    }
    return {
        "gainQuoteHomeConversionFactor": quote.gain,
        "lossQuoteHomeConversionFactor": quote.loss,
        "homeConversionFactors": named,
    }


def _reason(order: Order) -> str:
    if order.type != MARKET:
        return f"{order.type}_ORDER"
    if "tradeClose" in order.terms:
        return "MARKET_ORDER_TRADE_CLOSE"
    if "marginCloseout" in order.terms:
        return "MARKET_ORDER_MARGIN_CLOSEOUT"
    closes = "longPositionCloseout" in order.terms or "shortPositionCloseout" in order.terms
    return "MARKET_ORDER_POSITION_CLOSEOUT" if closes else "MARKET_ORDER"
