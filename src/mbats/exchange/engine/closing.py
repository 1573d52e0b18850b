"""Closing trades and positions: at a client's wish, or because the margin is gone."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from mbats.errors.exchange import OrderRefused
from mbats.errors.rest import InvalidValue
from mbats.exchange.engine.admission import check_extensions, refuse_if
from mbats.exchange.engine.amounts import ZERO, places
from mbats.exchange.engine.order import MARKET
from mbats.exchange.engine.refusal import error, malformed, refused
from mbats.exchange.engine.request import number, read_extensions
from mbats.exchange.engine.submission import place
from mbats.exchange.reply import Reply

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbats.exchange.engine.book import Book
    from mbats.exchange.engine.market import Market
    from mbats.exchange.engine.trade import Trade
    from mbats.exchange.reply import Record

_DIGITS = 18
_NONE = "0"
_REJECT = "MARKET_ORDER_REJECT"
_MISSING = "CLOSEOUT_POSITION_DOESNT_EXIST"


def find_trade(book: Book, specifier: str) -> Trade | None:
    """Return the trade of an id, or the open one of a client's id after an @."""
    if specifier.startswith("@"):
        return next((trade for trade in book.open_trades() if trade.client_id == specifier[1:]), None)
    return book.trades.get(int(specifier)) if specifier.isdecimal() and len(specifier) <= _DIGITS else None


def trade_named(book: Book, specifier: str) -> Record:
    """Return how transactions name a trade that may not be there; typed clients want an id in any case."""
    if trade := find_trade(book, specifier):
        return trade.label()
    return {"tradeID": _NONE, "clientTradeID": specifier[1:]} if specifier.startswith("@") else {"tradeID": specifier}


def close_trade(market: Market, book: Book, specifier: str, body: Mapping[str, Any]) -> Reply:
    """Close a trade, or so many units of it."""
    trade = find_trade(book, specifier)
    wanted = "ALL" if body.get("units") is None else str(body["units"])
    close: Record = {"tradeClose": trade_named(book, specifier) | {"units": wanted}}
    asked = close | {"reason": "TRADE_CLOSE"}
    if trade is None or trade.closed:
        return refused(book, "orderRejectTransaction", _REJECT, asked, reason="TRADE_DOESNT_EXIST", status=404)
    try:
        units = _part(body.get("units"), abs(trade.units), "units")
        refuse_if(units > abs(trade.units), "CLOSE_TRADE_UNITS_EXCEED_TRADE_SIZE")
        _check_part(market, trade.instrument, units)
    except InvalidValue as wrong:
        return malformed(wrong)
    except OrderRefused as wrong:
        return refused(book, "orderRejectTransaction", _REJECT, asked, reason=wrong.facts["reason"])
    terms = _terms(trade.instrument, -units.copy_sign(trade.units)) | close
    return Reply(200, place(market, book, MARKET, terms, {"reason": "TRADE_CLOSE"}) | book.related())


def close_position(market: Market, book: Book, instrument: str, body: Mapping[str, Any]) -> Reply:
    """Close the long and the short side of a position, all or so many units.

    Unmeasured: without `longUnits` and `shortUnits` both sides that are open are closed.
    """
    position = book.position(instrument)
    asked = {side: body.get(f"{side}Units") for side in ("long", "short")}
    if asked["long"] is None and asked["short"] is None:
        asked = {"long": "ALL" if position > 0 else None, "short": "ALL" if position < 0 else None}
        asked = asked if position else {"long": "ALL", "short": "ALL"}
    sides = {side: units for side, units in asked.items() if units is not None and units != "NONE"}
    if not sides:
        return Reply(400, {**error("CLOSEOUT_POSITION_INCOMPLETE_SPECIFICATION"), **book.last()})
    try:
        return _close_sides(market, book, instrument, sides, body)
    except InvalidValue as wrong:
        return malformed(wrong)


def close_out(market: Market, book: Book) -> None:
    """Close every position that can be traded, because the margin is gone."""
    for instrument in book.held():
        if market.open_to(instrument, book.currency):
            book.begin(market.time)
            terms = _terms(instrument, -book.position(instrument))
            terms["marginCloseout"] = {"reason": "MARGIN_CHECK_VIOLATION"}
            place(market, book, MARKET, terms, {"reason": "MARGIN_CLOSEOUT"})


def _close_sides(market: Market, book: Book, instrument: str, sides: Record, body: Mapping[str, Any]) -> Reply:
    position = book.position(instrument)
    answer: Record = {}
    held = {"long": max(position, ZERO), "short": max(-position, ZERO)}
    wanted = {side: _part(units, held[side], f"{side}Units") for side, units in sides.items()}
    extensions = {side: _extensions(body, side) for side in sides}
    if reason := _wrong(market, instrument, held, wanted, extensions):
        return _refuse_sides(book, instrument, sides, held, reason)
    for side, units in wanted.items():
        signed = -units if side == "long" else units
        closeout = {f"{side}PositionCloseout": {"instrument": instrument, "units": str(sides[side])}}
        terms = _terms(instrument, signed) | closeout | extensions[side]
        done = place(market, book, MARKET, terms, {"reason": "POSITION_CLOSEOUT"})
        answer |= {f"{side}O{key[1:]}": written for key, written in done.items()}
    return Reply(200, answer | book.related())


def _wrong(market: Market, instrument: str, held: Record, wanted: Record, extensions: Record) -> str:
    try:
        for side, units in wanted.items():
            refuse_if(not held[side], _MISSING)
            refuse_if(units > held[side], "CLOSEOUT_POSITION_UNITS_EXCEED_POSITION_SIZE")
            _check_part(market, instrument, units)
            check_extensions(extensions[side].get("clientExtensions", {}), "CLIENT_ORDER")
    except OrderRefused as wrong:
        return str(wrong.facts["reason"])
    return ""


def _refuse_sides(book: Book, instrument: str, sides: Record, held: Record, reason: str) -> Reply:
    # Nothing open at all is 404; the wrong side of a position, 400 (both measured).
    status = 404 if reason == _MISSING and not any(held.values()) else 400
    body: Record = {}
    for side, units in sides.items():
        asked = {f"{side}PositionCloseout": {"instrument": instrument, "units": str(units)}}
        fields = {"instrument": instrument, "timeInForce": "FOK", "positionFill": "REDUCE_ONLY", **asked}
        key = f"{side}OrderRejectTransaction"
        body |= refused(book, key, _REJECT, fields | {"reason": "POSITION_CLOSEOUT"}, reason=reason).body
    return Reply(status, body)


def _terms(instrument: str, units: Decimal) -> Record:
    return {"instrument": instrument, "units": units, "timeInForce": "FOK", "positionFill": "REDUCE_ONLY"}


def _part(asked: Any, whole: Decimal, name: str) -> Decimal:
    return whole if asked is None or asked == "ALL" else number(asked, name)


def _check_part(market: Market, instrument: str, units: Decimal) -> None:
    refuse_if(units <= 0, "UNITS_INVALID")
    refuse_if(places(units) > market.terms[instrument].units_precision, "UNITS_PRECISION_EXCEEDED")


def _extensions(body: Mapping[str, Any], side: str) -> Record:
    name = f"{side}ClientExtensions"
    return {"clientExtensions": read_extensions(body[name], name)} if body.get(name) else {}
