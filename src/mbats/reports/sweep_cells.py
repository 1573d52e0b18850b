from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mbats.evidence.deflation import Deflation
    from mbats.ledger.run import RunInfo
    from mbats.market.columns import FloatColumn, IntColumn

SHARES = frozenset({"total_return", "max_drawdown", "win_rate", "volatility", "cagr", "exposure"})
"""Figures that are shares of one and read best in percent."""


@dataclass(frozen=True, slots=True)
class SweepCells:
    """A sweep as columns, one row a judged cell, ordered by number.

    Attributes
    ----------
    basis
        What all cells have in common, as a run; its id is the sweep's.
    search, total, seed
        How it searched, and how many cells the whole search has.
    objective, minimise, constraints
        The figure that decides, whether less of it is better, and what a cell has to keep within.
    number
        Of each cell, shape (n,).
    values
        By searched parameter, in their order: one value a cell.
    figures
        By name, shape (n,) each; NaN where undefined.
    score
        What decides, shape (n,): more is better, NaN where a cell is not ranked.
    failed
        Cells that could not be judged; they have no row.
    deflation, sentence
        What the referee says of the best cell; None and empty while the sweep is not finished.
    run
        Id of the full run made of the best cell, or empty.
    """

    basis: RunInfo
    search: str
    total: int
    seed: int
    objective: str
    minimise: bool
    constraints: tuple[str, ...]
    number: IntColumn
    values: Mapping[str, Sequence[Any]]
    figures: Mapping[str, FloatColumn]
    score: FloatColumn
    failed: int = 0
    deflation: Deflation | None = None
    sentence: str = ""
    run: str = ""

    def __len__(self) -> int:
        return len(self.number)

    @property
    def ranked(self) -> IntColumn:
        """Rows of the ranked cells, best first; of equals the lower number."""
        order = np.argsort(-self.score, kind="stable")
        chosen: IntColumn = order[: int(np.sum(np.isfinite(self.score)))]
        return chosen

    @property
    def best(self) -> int | None:
        """Row of the best cell; None where no cell is ranked."""
        return int(self.ranked[0]) if len(self.ranked) else None


def spoken(name: str) -> str:
    """Write the name of a figure as people say it."""
    return name.replace("_", " ").replace("sharpe", "Sharpe")
