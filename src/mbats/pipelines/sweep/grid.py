from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mbats.pipelines.sweep.cell import Cell, CellResult
    from mbats.pipelines.sweep.space import Space

LIMIT = 1_000_000
"""Cells of a grid, unless the user says otherwise."""


class GridSearch:
    """Every combination once, in order; implements `mbats.pipelines.sweep.search.Search`.

    A cell's number is that of its combination; combinations that the strategy refuses leave gaps.

    Attributes
    ----------
    skipped
        How many refused combinations were met so far.

    Raises
    ------
    mbats.errors.sweep.StepMissing, TooManyCells
    """

    def __init__(self, space: Space, limit: int = LIMIT) -> None:
        self._space = space.bounded(limit)
        self._done: set[int] = set()
        self._cells = self._valid()
        self.skipped = 0

    @property
    def total(self) -> int:
        """How many combinations there are, refused ones included."""
        return self._space.size

    def ask(self, count: int) -> Sequence[Cell]:
        """Return the next cells that are not done."""
        return list(islice(self._cells, count))

    def tell(self, results: Sequence[CellResult]) -> None:
        """Skip cells that an earlier session has done."""
        self._done.update(result.cell.number for result in results)

    def _valid(self) -> Iterator[Cell]:
        for number in range(self._space.size):
            if number in self._done:
                self._done.discard(number)
            elif cell := self._space.cell(number):
                yield cell
            else:
                self.skipped += 1
