from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbats.market.columns import FloatColumn


@dataclass(frozen=True, slots=True)
class Cell:
    """One set of parameters in a sweep.

    Attributes
    ----------
    number
        Its place in the search, from 0: with the sweep's id its identity, the same after a resume.
    parameters
        Every parameter of the strategy, validated, ready for JSON.
    """

    number: int
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CellResult:
    """What came of a cell.

    Attributes
    ----------
    figures
        Performance figures by name (`mbats.ledger.daily.FIGURES`), None where undefined.
    daily_returns
        Returns of the account over the sweep's common trading days, shape (T,).
    error
        Why the cell could not be judged; empty when it was.
    """

    cell: Cell
    figures: Mapping[str, float | None]
    daily_returns: FloatColumn
    error: str = ""
