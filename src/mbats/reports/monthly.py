"""Returns by calendar month, one row a year."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from math import prod
from typing import TYPE_CHECKING

from mbats.reports.numerals import number

if TYPE_CHECKING:
    from mbats.ledger.equity import Equity

_FULL_COLOUR = 0.05
"""A month of five percent bears the strongest colour, in every report, so that reports can be laid side by side."""


@dataclass(frozen=True, slots=True)
class Return:
    """The return of a month or a year; None where the run has no day in it."""

    value: float | None

    @property
    def written(self) -> str:
        """Return it in percent without the sign, or nothing where there is no day."""
        return "" if self.value is None else number(self.value * 100, 1)

    @property
    def tone(self) -> str:
        """Whether it was won or lost."""
        return "" if not self.value else ("good" if self.value > 0 else "bad")

    @property
    def strength(self) -> float:
        """How strong its colour is, from 0 to 1."""
        return round(min(abs(self.value or 0.0) / _FULL_COLOUR, 1.0), 2)


@dataclass(frozen=True, slots=True)
class Year:
    """Twelve months and their compound total."""

    year: int
    months: tuple[Return, ...]
    total: Return


def years(equity: Equity) -> list[Year]:
    """Return the table of monthly returns, oldest year first."""
    rows = []
    for year, in_year in groupby(equity.monthly_returns.items(), key=lambda item: item[0][0]):
        returns = {month: value for (_, month), value in in_year}
        months = tuple(Return(returns.get(month)) for month in range(1, 13))
        rows.append(Year(year, months, Return(prod(1 + value for value in returns.values()) - 1)))
    return rows
