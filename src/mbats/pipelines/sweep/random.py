from __future__ import annotations

from itertools import islice
from random import Random
from typing import TYPE_CHECKING

from mbats.pipelines.sweep.cell import Cell

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mbats.pipelines.sweep.cell import CellResult
    from mbats.pipelines.sweep.space import Space

_PATIENCE = 100_000
"""Refused combinations in a row after which a space counts as empty."""


class RandomSearch:
    """Combinations drawn evenly, none twice; implements `mbats.pipelines.sweep.search.Search`.

    The same space and seed draw the same cells, so a resumed search goes on where it was. A cell's number is that of
    its draw, from 0.
    """

    def __init__(self, space: Space, count: int, seed: int) -> None:
        self._space, self._count = space, min(count, space.size)
        self._done: set[int] = set()
        self._cells = self._drawn(Random(seed))  # noqa: S311 - draws parameters, guards nothing
        self.skipped = 0

    @property
    def total(self) -> int:
        """How many cells are drawn; fewer come where the strategy refuses too many combinations."""
        return self._count

    def ask(self, count: int) -> Sequence[Cell]:
        """Return the next cells that are not done."""
        return list(islice(self._cells, count))

    def tell(self, results: Sequence[CellResult]) -> None:
        """Skip cells that an earlier session has done."""
        self._done.update(result.cell.number for result in results)

    def _drawn(self, random: Random) -> Iterator[Cell]:
        number = refused = 0
        for place in shuffled(self._space.size, random):
            parameters = self._space.parameters(self._space.values(place))
            if parameters is None:
                self.skipped, refused = self.skipped + 1, refused + 1
            else:
                if number not in self._done:
                    yield Cell(number, parameters)
                self._done.discard(number)
                number, refused = number + 1, 0
            if number == self._count or refused == _PATIENCE:
                break


def shuffled(size: int, random: Random) -> Iterator[int]:
    """Yield 0 to `size` - 1 in random order, remembering only what was drawn.

    Fisher and Yates's shuffle, of which only the places that differ from their number are kept.
    """
    moved: dict[int, int] = {}
    for place in range(size):
        other = random.randrange(place, size)
        yield moved.get(other, other)
        moved[other] = moved.pop(place, place)
