"""One row of a control file on its way from cells to values."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

from mbats.errors.market import UnknownTimeframe
from mbats.market.timeframe import Timeframe

if TYPE_CHECKING:
    from collections.abc import Callable

    from mbats.schedule.control import Cell, ControlRow, ControlTable

T = TypeVar("T")
_YES, _NO = {"yes", "true", "1", "1.0", "y", "x"}, {"no", "false", "0", "0.0", "n"}
_SYMBOL = re.compile(r"[A-Z0-9]+_[A-Z]{3}")


class Reading:
    """Reads cells of one row; what is wrong with it is in `bad`, each with file, row and column."""

    def __init__(self, table: ControlTable, row: ControlRow) -> None:
        self.table, self.row = table, row
        self.place = f"{table.place}, row {row.number}"
        self.bad: list[str] = []

    def read(self, column: str, read: Callable[[Cell], T]) -> T | None:
        """Return what `read` makes of a cell; None, and a note in `bad`, where it raises ValueError."""
        cell = self.row.cells.get(column)
        try:
            return read(cell)
        except ValueError as error:
            self.refuse(column, str(error))
            return None

    def refuse(self, column: str, why: str) -> None:
        """Note that a cell cannot be used."""
        self.bad.append(f"{self.place}, column {column}: {self.row.cells.get(column)!r} {why}")

    def refuse_repeated(self, first: str, column: str) -> None:
        """Note that the row at `first` says the same, unless it is this one."""
        if first != self.place:
            self.refuse(column, f"is wanted already by {first}")

    def enabled(self) -> bool:
        """Return whether the row counts; an empty cell does not take it out."""
        return self.read("enabled", yes) is not False


def text(cell: Cell) -> str:
    """Return what stands in a cell without spaces around."""
    return "" if cell is None else str(cell).strip()


def symbol(cell: Cell) -> str:
    """Return the name of an instrument."""
    name = text(cell).upper().replace("/", "_")
    if not _SYMBOL.fullmatch(name):
        raise ValueError("is no instrument: write EUR_USD")
    return name


def timeframe(name: str) -> Timeframe:
    """Return the length of a bar by its name."""
    try:
        return Timeframe(name)
    except UnknownTimeframe:
        raise ValueError("is no timeframe: write M1, H1, D or W") from None


def yes(cell: Cell) -> bool:
    """Return whether a cell agrees; an empty one does."""
    word = text(cell).lower()
    if word in _NO:
        return False
    if word and word not in _YES:
        raise ValueError("is neither yes nor no")
    return True
