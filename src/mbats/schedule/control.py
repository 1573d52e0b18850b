"""Tables that a person fills in, cell by cell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol, TypeAlias

from mbats.errors.control import ControlColumnMissing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

Cell: TypeAlias = str | int | float | bool | date | datetime | None
"""What stands in a cell; a text file has texts alone, None is an empty cell."""


@dataclass(frozen=True, slots=True)
class ControlRow:
    """One row: its number as the file's own program shows it, and its cells by column.

    `surplus` are the cells behind the last column; a row that ends too early lacks columns.
    """

    number: int
    cells: Mapping[str, Cell]
    surplus: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True)
class ControlTable:
    """The rows below one header; `tab` is empty where the file is a single table."""

    file: str
    tab: str
    columns: tuple[str, ...]
    rows: tuple[ControlRow, ...]

    @property
    def place(self) -> str:
        """What errors call the table."""
        return f"{self.file}, tab {self.tab}" if self.tab else self.file

    def need(self, columns: tuple[str, ...]) -> None:
        """Raise ControlColumnMissing where one of `columns` is not there."""
        for column in columns:
            if column not in self.columns:
                found = ", ".join(filter(None, self.columns)) or "none"
                wanted = ", ".join(columns)
                raise ControlColumnMissing(place=self.place, column=column, found=found, wanted=wanted)

    def filled(self) -> Iterator[ControlRow]:
        """Yield the rows that are not blank."""
        for row in self.rows:
            if any(cell is not None and str(cell).strip() for cell in row.cells.values()):
                yield row


class ControlReader(Protocol):
    """The port to control files."""

    def tables(self, file: Path) -> list[ControlTable]:
        """Return the tables of a file; columns are named in lower case without spaces around.

        Raises
        ------
        mbats.errors.control.ControlFileMissing, UnreadableControlFile
        """
        ...
