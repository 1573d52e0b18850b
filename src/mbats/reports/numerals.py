"""How figures are written: the same way on the page and on the terminal, and "n/a" where one is undefined."""

from __future__ import annotations

import math
import re
from typing import TypeGuard

NOT_AVAILABLE = "n/a"
_ONE_PERCENT = 0.01


def defined(value: float | None) -> TypeGuard[float]:
    """Whether there is a figure to show; None, NaN and infinities are undefined."""
    return value is not None and math.isfinite(value)


def number(value: float | None, places: int = 2, *, signed: bool = False) -> str:
    """Write ``1234.5`` as ``1,234.50``; a figure that rounds to zero bears no sign."""
    if not defined(value):
        return NOT_AVAILABLE
    rounded = round(float(value), places) + 0.0
    sign = "+" if signed and rounded else ""
    return f"{rounded:{sign},.{places}f}"


def percent(share: float | None, places: int | None = None, *, signed: bool = False) -> str:
    """Write a share of one as a percentage: ``0.031`` as ``3.1 %``, and what is below one percent as ``0.06 %``."""
    if not defined(share):
        return NOT_AVAILABLE
    if places is None:
        places = 2 if 0 < abs(share) < _ONE_PERCENT else 1
    return f"{number(share * 100, places, signed=signed)} %"


def money(amount: float | None, currency: str, places: int = 2, *, signed: bool = False) -> str:
    """Write an amount with its currency: ``1,234.50 USD``."""
    return f"{number(amount, places, signed=signed)} {currency}" if defined(amount) else NOT_AVAILABLE


def count(value: int, noun: str) -> str:
    """Write ``1 trade`` or ``2,040 trades``."""
    return f"{value:,} {noun}" if value == 1 else f"{value:,} {noun}s"


def length(days: float | None) -> str:
    """Write a span of calendar days in the unit a reader thinks in."""
    if not defined(days):
        return NOT_AVAILABLE
    if days < 2:
        return f"{days * 24:.0f} hours"
    return f"{days:.0f} days" if days < 700 else f"{days / 365.25:.1f} years"


def typeset(text: str) -> str:
    """Turn the hyphens before figures into minus signs, and keep a percent sign on its figure's line."""
    return re.sub(r"(?<!\w)-(?=[\d.])", "\N{MINUS SIGN}", text).replace(" %", "\N{NO-BREAK SPACE}%")
