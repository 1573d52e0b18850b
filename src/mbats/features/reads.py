"""What features read beside their own bars: other instruments by symbol, series as ``series:NAME``."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_SERIES = "series:"


def read_as(series: str) -> str:
    """Return how a series of this name is named among what is read."""
    return f"{_SERIES}{series}"


def series_in(reads: Iterable[str]) -> list[str]:
    """Return the names of the series among what is read, in their order."""
    return [name.removeprefix(_SERIES) for name in reads if name.startswith(_SERIES)]


def symbols_in(reads: Iterable[str]) -> list[str]:
    """Return the symbols of the instruments among what is read, in their order."""
    return [name for name in reads if not name.startswith(_SERIES)]
