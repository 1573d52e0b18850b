"""From the engine's values to JSON: decimals as strings at their own scale, moments as the client wants them."""

import json
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any

from mbats.exchange.moment import Moment


class TimeStyle(StrEnum):
    """The two ways of writing times that a client may ask for in ``Accept-Datetime-Format``."""

    RFC3339 = "RFC3339"
    UNIX = "UNIX"


def render(value: Any, style: TimeStyle = TimeStyle.RFC3339) -> Any:
    """Return `value` with everything in it as JSON has it; fields that are None are left out."""
    if isinstance(value, str | bool) or value is None:
        return value
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, Moment):
        return value.unix() if style is TimeStyle.UNIX else value.rfc3339()
    if isinstance(value, Mapping):
        return {name: render(item, style) for name, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [render(item, style) for item in value]
    return value


def encode(value: Any, style: TimeStyle = TimeStyle.RFC3339) -> bytes:
    """Return `value` as compact JSON."""
    return json.dumps(render(value, style), separators=(",", ":")).encode()


def line(value: Any, style: TimeStyle = TimeStyle.RFC3339) -> bytes:
    r"""Return `value` as one line of a stream, ``\n`` included."""
    return encode(value, style) + b"\n"
