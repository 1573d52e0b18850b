"""Searches among returns of a known law: how often the referee is fooled, and how often it sees what is there."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mbats.evidence.deflation import deflate
from mbats.evidence.track_record import TrackRecord, probabilistic_sharpe
from mbats.evidence.tried import Tried

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

CELLS, DAYS, A_YEAR = 50, 2_600, 260
GATE = 0.95


class Verdicts(NamedTuple):
    """Shares of searches whose best cell passes a gate of 5 %: deflated, and by its own t-test alone."""

    searches: int
    deflated: float
    naive: float

    @property
    def error(self) -> float:
        """Standard error of the deflated share if it were 5 %."""
        return sqrt(0.05 * 0.95 / self.searches)


@dataclass(frozen=True)
class Law:
    """Daily returns of the cells of a search: normal, equally correlated, of a yearly Sharpe ratio.

    Attributes
    ----------
    skill
        True annualised Sharpe ratio of the first `skilled` cells; the others have none.
    """

    correlation: float = 0.0
    skill: float = 0.0
    skilled: int = CELLS
    cells: int = CELLS
    days: int = DAYS

    def drawn(self, dice: np.random.Generator) -> NDArray[np.float64]:
        """Return the returns of one search, shape (days, cells)."""
        common, own = dice.standard_normal((self.days, 1)), dice.standard_normal((self.days, self.cells))
        returns = sqrt(self.correlation) * common + sqrt(1 - self.correlation) * own
        returns[:, : self.skilled] += self.skill / sqrt(A_YEAR)
        return returns


def verdicts(searches: Iterable[Sequence[TrackRecord]]) -> Verdicts:
    """Judge the best cell of each search, as a sweep does whose cells are all the trials there are."""
    deflated, naive = [], []
    for records in searches:
        best = max(records, key=lambda record: record.sharpe)
        variance = float(np.var([record.t for record in records], ddof=1))
        judged = deflate(best, Tried(len(records), len(records), variance), A_YEAR, own=len(records))
        deflated.append(judged.passes)
        naive.append((probabilistic_sharpe(best) or 0.0) >= GATE)
    return Verdicts(len(deflated), float(np.mean(deflated)), float(np.mean(naive)))


def searches(law: Law, count: int, seed: int) -> Iterable[list[TrackRecord]]:
    """Yield the records of `count` searches."""
    dice = np.random.default_rng(seed)
    for _ in range(count):
        yield records_of(law.drawn(dice))


def records_of(returns: NDArray[np.float64]) -> list[TrackRecord]:
    """Return the record of each column."""
    mean, deviation = returns.mean(axis=0), returns.std(axis=0, ddof=1)
    standard = (returns - mean) / returns.std(axis=0)
    squares = standard * standard
    columns = (mean / deviation, np.mean(squares * standard, axis=0), np.mean(squares * squares, axis=0))
    rows = np.column_stack(columns).tolist()
    return [TrackRecord(ratio, len(returns), skewness, kurtosis) for ratio, skewness, kurtosis in rows]
