"""Imports that leave out what is only looked for."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType


@contextmanager
def without(*names: str) -> Iterator[None]:
    """Let modules look, while the context lasts, as if they were not installed; those that are loaded stay."""
    modules = cast("dict[str, ModuleType | None]", sys.modules)
    hidden = [name for name in names if name not in modules]
    modules |= dict.fromkeys(hidden)  # None is what Python's import system reads as: there is no such module
    try:
        yield
    finally:
        for name in hidden:
            del modules[name]
