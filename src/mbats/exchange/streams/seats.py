"""How many streams a client may have open at a time."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from mbats.errors.exchange_streams import TooManyStreams

if TYPE_CHECKING:
    from collections.abc import Iterator, MutableMapping

LIMIT = 20


class Seats:
    """Open streams by the address that they go to."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._open: Counter[str] = Counter()

    def check(self, scope: MutableMapping[str, Any]) -> None:
        """Refuse one stream more than the limit.

        Raises
        ------
        mbats.errors.exchange_streams.TooManyStreams
        """
        if self._open[_source(scope)] >= self._limit:
            raise TooManyStreams(limit=self._limit)

    @contextmanager
    def taken(self, scope: MutableMapping[str, Any]) -> Iterator[None]:
        """Count a stream for as long as the block lasts."""
        source = _source(scope)
        self._open[source] += 1
        try:
            yield
        finally:
            self._open[source] -= 1


def _source(scope: MutableMapping[str, Any]) -> str:
    return str((scope.get("client") or ("",))[0])
