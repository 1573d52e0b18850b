"""Values of the session as plain JSON values, and back: what the log of a session holds.

Decimals become strings, times stay whole numbers, floats keep their bits; NaN is null, since JSON has no other word for
it. Fields at their default are left out, so that a log written by older code still reads.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from decimal import Decimal
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


def plain(value: Any) -> Any:
    """Return `value` in JSON's words."""
    if is_dataclass(value) and not isinstance(value, type):
        return _record(value)
    if isinstance(value, Mapping):
        return {str(name): plain(held) for name, held in value.items()}
    if isinstance(value, list | tuple):
        return [plain(held) for held in value]
    return _scalar(value)


def restored(kind: Callable[..., T], body: Any) -> T:
    """Return the value of the dataclass `kind` that `plain` wrote."""
    hints = _hints(kind)
    return kind(**{name: _read(hints[name], held) for name, held in body.items() if name in hints})


def _record(value: Any) -> dict[str, Any]:
    kind: Any = type(value)
    pairs = ((name, getattr(value, name), standard) for name, standard in _fields(kind))
    return {name: plain(held) for name, held, standard in pairs if held != standard} | {"is": kind.__name__}


def _scalar(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else repr(value)
    return str(value) if isinstance(value, Decimal) else value


def _read(kind: Any, body: Any) -> Any:
    if get_origin(kind) in {Union, UnionType}:
        return None if body is None else _read(_meant(get_args(kind), body), body)
    if get_origin(kind) is tuple:
        return tuple(_read(get_args(kind)[0], held) for held in body)
    if get_origin(kind) is Mapping:
        return {name: _read(get_args(kind)[1], held) for name, held in body.items()}
    if is_dataclass(kind) and isinstance(kind, type):
        return restored(kind, body)
    return _value(kind, body)


def _value(kind: Any, body: Any) -> Any:
    if kind is float:
        return math.nan if body is None else float(body)
    return kind(body) if isinstance(kind, type) and issubclass(kind, Decimal | Enum) else body


def _meant(kinds: tuple[Any, ...], body: Any) -> Any:
    """Return which of several types `body` is of: the one that it names, if it names one."""
    real = [kind for kind in kinds if kind is not type(None)]
    named = [kind for kind in real if isinstance(body, dict) and kind.__name__ == body.get("is")]
    return (named or real)[0]


@cache
def _hints(kind: Callable[..., Any]) -> dict[str, Any]:
    return get_type_hints(kind)


@cache
def _fields(kind: type[Any]) -> tuple[tuple[str, Any], ...]:
    found = []
    for field in fields(kind):
        made = field.default_factory
        found.append((field.name, made() if made is not MISSING else field.default))
    return tuple(found)
