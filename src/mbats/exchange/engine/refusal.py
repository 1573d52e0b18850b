"""What the exchange says when it refuses: OANDA's reasons, with its own words where a real answer is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbats.exchange.reply import Reply

if TYPE_CHECKING:
    from mbats.errors.rest import InvalidValue
    from mbats.exchange.engine.book import Book
    from mbats.exchange.reply import Record

# The first five are recorded answers (oandapyV20 issues 204, 60; btoandav20 issue 62; a practice account in 2026).
_MESSAGES = {
    "UNITS_INVALID": "Order units specified are invalid",
    "UNITS_LIMIT_EXCEEDED": "The units specified exceeds the maximum number of units allowed",
    "PRICE_PRECISION_EXCEEDED": "The price specified contains more precision than is allowed for the instrument",
    "TRADE_ID_UNSPECIFIED": "Neither the Trade ID nor client Trade ID are specified",
    "ORDER_DOESNT_EXIST": "The Order specified does not exist",
    "TRADE_DOESNT_EXIST": "The Trade specified does not exist",
    "CLOSEOUT_POSITION_DOESNT_EXIST": "The Position requested to be closed out does not exist",
    "CLOSE_TRADE_UNITS_EXCEED_TRADE_SIZE": "The units specified exceed the size of the Trade",
    "CLIENT_ORDER_ID_ALREADY_EXISTS": "The client Order ID specified is already assigned to another pending Order",
}


def message(reason: str) -> str:
    """Return the sentence that goes with a reason."""
    return _MESSAGES.get(reason) or f"The request was rejected: {reason.replace('_', ' ').lower()}"


def malformed(error: InvalidValue) -> Reply:
    """Return the answer to a parameter that cannot be read: no transaction comes of it."""
    code = {"errorCode": error.error_code} if error.error_code else {}
    return Reply(400, {"errorMessage": str(error), **code})


def refused(book: Book, key: str, kind: str, fields: Record, *, reason: str, status: int = 400) -> Reply:
    """Write a reject transaction and return the answer that holds it under `key`."""
    written = book.write(kind, fields | {"rejectReason": reason})
    return Reply(status, {key: written, **error(reason), **book.related()})


def error(reason: str) -> Record:
    """Return how a reply names a reason."""
    return {"errorCode": reason, "errorMessage": message(reason)}
