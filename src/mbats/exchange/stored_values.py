"""The engine's values as JSON text and back, each with its type: decimals and moments are neither numbers nor text."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from mbats.exchange.moment import Moment

_DECIMAL, _MOMENT = "$", "@"


def written(value: Any) -> str:
    """Return `value` as JSON text.

    Raises
    ------
    TypeError
        Something else than Decimal, Moment, str, int, bool, None, and lists and dicts with text for keys of them.
    """
    return json.dumps(_plain(value), separators=(",", ":"), ensure_ascii=False)


def read(text: str) -> Any:
    """Return what was `written`."""
    return json.loads(text, object_hook=_typed)


def _plain(value: Any) -> Any:
    kind = type(value)
    if kind is str or kind is int or kind is bool or value is None:
        return value
    if kind is Decimal:
        return {_DECIMAL: str(value)}
    if kind is Moment:
        return {_MOMENT: int(value)}
    if isinstance(value, dict) and all(type(name) is str for name in value):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, str):  # an enumeration's
        return str(value)
    raise TypeError(f"{kind.__name__} is no value of the engine: {value!r}")


def _typed(fields: dict[str, Any]) -> Any:
    if len(fields) == 1:
        if _DECIMAL in fields:
            return Decimal(fields[_DECIMAL])
        if _MOMENT in fields:
            return Moment(fields[_MOMENT])
    return fields
