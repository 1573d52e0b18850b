from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbats.pipelines.sweep.cell import Cell, CellResult


class Search(Protocol):
    """Which parameters to try next."""

    @property
    def total(self) -> int:
        """How many cells the whole search has."""
        ...

    def ask(self, count: int) -> Sequence[Cell]:
        """Return up to `count` cells that nobody has asked for yet; none: the search is over."""
        ...

    def tell(self, results: Sequence[CellResult]) -> None:
        """Take notice of results, of this session or, on a resume, of those before it."""
        ...
