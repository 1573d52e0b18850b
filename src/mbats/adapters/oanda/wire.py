"""How OANDA writes numbers and times."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import numpy as np

ZERO = Decimal(0)
_DIGITS = 9
_SECOND = 1_000_000_000


def decimal(value: Any, otherwise: Decimal = ZERO) -> Decimal:
    """Return a finite number that may be written as a string or be absent."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return otherwise
    return number if number.is_finite() else otherwise


def optional(value: Any) -> Decimal | None:
    """Return a finite number, None where there is none."""
    number = decimal(value, Decimal("NaN"))
    return None if number.is_nan() else number


def integer(value: Any) -> int:
    """Return an id, 0 where there is none."""
    text = str(value)
    return int(text) if text.isascii() and text.isdecimal() else 0


def nanoseconds(text: Any) -> int:
    """Return a time in RFC 3339 or UNIX form as nanoseconds UTC, 0 where it is neither.

    Python's own reader stops at microseconds; here nine digits stay nine.
    """
    whole, _, fraction = str(text).removesuffix("Z").partition(".")
    fraction = fraction[:_DIGITS].ljust(_DIGITS, "0")
    if not fraction.isdecimal():
        return 0
    if whole.isdecimal():
        return int(whole + fraction)
    try:
        seconds = np.datetime64(whole, "s").astype(np.int64)
    except ValueError:
        return 0
    return int(seconds) * _SECOND + int(fraction)


def rfc3339(time: int) -> str:
    """Write nanoseconds UTC as OANDA reads them."""
    return f"{np.datetime64(time, 'ns')}Z"


def moment(time: int) -> datetime:
    """Return nanoseconds UTC as an aware datetime, cut to microseconds."""
    return datetime.fromtimestamp(time // _SECOND, UTC).replace(microsecond=time % _SECOND // 1_000)


def plain(number: Decimal) -> str:
    """Write a number without exponent: ``1E+3`` as ``1000``."""
    return f"{number:f}"
