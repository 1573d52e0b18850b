from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from mbats.errors.control import ControlFileMissing, UnreadableControlFile
from mbats.schedule.control import ControlRow, ControlTable

if TYPE_CHECKING:
    from pathlib import Path

_SEPARATORS = ";\t|"


class DelimitedControl:
    """Implements `mbats.schedule.control.ControlReader` for text tables; rows count from 1 with the header."""

    def tables(self, file: Path) -> list[ControlTable]:
        """Return the one table of a file, its columns parted by commas, semicolons or tabs."""
        if not file.is_file():
            raise ControlFileMissing(file=file)
        try:
            lines = file.read_text(encoding="utf-8-sig").splitlines()
            separator = max(_SEPARATORS, key=lines[0].count) if lines and "," not in lines[0] else ","
            rows = list(csv.reader(lines, delimiter=separator, strict=True))
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise UnreadableControlFile(file=file, kind="CSV", why=error) from None
        columns = tuple(name.strip().lower() for name in rows[0]) if rows else ()
        numbered = enumerate(rows[1:], start=2)
        width = len(columns)
        found = (
            ControlRow(number, dict(zip(columns, row, strict=False)), tuple(row[width:])) for number, row in numbered
        )
        return [ControlTable(str(file), "", columns, tuple(found))]
