"""A case as Python source, to be pasted as a regression test."""

from __future__ import annotations

from dataclasses import MISSING, fields, is_dataclass
from decimal import Decimal
from enum import Enum

import numpy as np
from pydantic import BaseModel


def regression_test(case, title: str, story: str, check) -> str:
    """Return the source of a module with one test that calls the function `check` on `case`."""
    told = "".join(f"    # {line}\n" for line in story.splitlines())
    body = f"def test_{title}():\n{told}    {check.__name__}(\n        {source(case, 2)}\n    )\n"
    names = {(check.__module__, check.__name__), *_named(case)}
    imports = [f"from {module} import {name}" for module, name in sorted(names)]
    return "\n".join(["import numpy as np", "from numpy import inf, nan", "", *imports, "", "", body])


def _named(value):
    """Yield module and name of every class in an expression of `source`."""
    if isinstance(value, Enum | BaseModel | Decimal) or is_dataclass(value):
        yield type(value).__module__, type(value).__name__
    if isinstance(value, BaseModel):
        value = {name: getattr(value, name) for name in type(value).model_fields}
    elif is_dataclass(value):
        value = _stated(value)
    if isinstance(value, dict | tuple):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _named(item)


def source(value, depth: int = 0) -> str:
    """Return an expression that makes `value` again, bit for bit."""
    if isinstance(value, np.ndarray):
        return _array(value)
    if isinstance(value, Enum):
        return f"{type(value).__name__}.{value.name}"
    if isinstance(value, np.generic):
        return source(value.item(), depth)
    if isinstance(value, BaseModel):
        return _call(value, {name: getattr(value, name) for name in type(value).model_fields}, depth)
    if is_dataclass(value):
        return _call(value, _stated(value), depth)
    if isinstance(value, dict):
        return _block("{", [f"{source(k)}: {source(v, depth + 1)}" for k, v in value.items()], "}", depth)
    if isinstance(value, tuple):
        return _block("(", [source(item, depth + 1) for item in value], ")", depth, last=",")
    return repr(value)


def _array(column):
    kind = {"f": "", "b": ", dtype=bool"}.get(column.dtype.kind, f", dtype=np.{column.dtype}")
    return f"np.array({column.tolist()!r}{kind})"


def _stated(record):
    """The fields that differ from their defaults."""
    stated = {}
    for field in fields(record):
        value = getattr(record, field.name)
        default = field.default if field.default is not MISSING else None
        if field.default_factory is not MISSING:
            default = field.default_factory()
        required = field.default is MISSING and field.default_factory is MISSING
        if required or isinstance(value, np.ndarray) or value != default:
            stated[field.name] = value
    return stated


def _call(value, arguments, depth):
    items = [f"{name}={source(item, depth + 1)}" for name, item in arguments.items()]
    return _block(f"{type(value).__name__}(", items, ")", depth)


def _block(opening, items, closing, depth, last=""):
    flat = f"{opening}{', '.join(items)}{last if items else ''}{closing}"
    if len(flat) < 100 and "\n" not in flat:
        return flat
    pad = "    " * (depth + 1)
    return opening + "".join(f"\n{pad}{item}," for item in items) + f"\n{'    ' * depth}{closing}"
