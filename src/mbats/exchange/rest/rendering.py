"""From the engine's values to JSON: decimals as strings at their own scale, moments as the client wants them."""

import json
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any

from mbats.exchange.moment import Moment

_PLAIN = frozenset({str, int, bool, type(None)})


class TimeStyle(StrEnum):
    """The two ways of writing times that a client may ask for in ``Accept-Datetime-Format``."""

    RFC3339 = "RFC3339"
    UNIX = "UNIX"


def render(value: Any, style: TimeStyle = TimeStyle.RFC3339) -> Any:
    """Return `value` with everything in it as JSON has it; fields that are None are left out."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is Decimal:
        return f"{value:f}"
    if kind is Moment:
        return value.unix() if style is TimeStyle.UNIX else value.rfc3339()
    if isinstance(value, Mapping):
        given = ((name, item) for name, item in value.items() if item is not None)
        return {name: item if type(item) is str else render(item, style) for name, item in given}
    if isinstance(value, list | tuple):
        return [render(item, style) for item in value]
    return value


def encode(value: Any, style: TimeStyle = TimeStyle.RFC3339) -> bytes:
    """Return `value` as compact JSON."""
    return json.dumps(render(value, style), separators=(",", ":")).encode()


def line(value: Any, style: TimeStyle = TimeStyle.RFC3339) -> bytes:
    r"""Return `value` as one line of a stream, ``\n`` included."""
    return encode(value, style) + b"\n"
