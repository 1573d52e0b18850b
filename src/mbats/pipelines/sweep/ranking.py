from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mbats.pipelines.sweep.cell import CellResult
    from mbats.pipelines.sweep.objective import Objective

_SHOWN = 10


@dataclass(slots=True)
class Ranking:
    """The best cells of a sweep so far, and how many there were; nothing else of them is kept.

    Attributes
    ----------
    best
        Best first; of equals the lower number, so that the order in which workers finish changes nothing.
    judged, failed, unranked
        Cells with a result, those that raised, and those whose objective is undefined or breaks a constraint.
    trouble
        What the first of the failed cells said.
    """

    objective: Objective
    best: list[CellResult] = field(default_factory=list)
    judged: int = 0
    failed: int = 0
    unranked: int = 0
    trouble: str = ""

    def take(self, results: Iterable[CellResult]) -> None:
        """Rank more cells."""
        for result in results:
            self.judged += 1
            if result.error:
                self.failed += 1
                self.trouble = self.trouble or result.error
            elif self.objective.value(result.figures) is None:
                self.unranked += 1
            elif len(self.best) < _SHOWN or self._place(result) < self._place(self.best[-1]):
                self.best = sorted([*self.best, result], key=self._place)[:_SHOWN]

    def _place(self, result: CellResult) -> tuple[float, int]:
        return -(self.objective.value(result.figures) or 0.0), result.cell.number
