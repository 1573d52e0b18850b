from __future__ import annotations

import zlib
from contextlib import closing, suppress
from typing import TYPE_CHECKING
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from mbats.errors.control import ControlFileMissing, UnreadableControlFile
from mbats.schedule.control import ControlRow, ControlTable

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.workbook import Workbook as OpenedWorkbook

    from mbats.schedule.control import Cell

_TABS = ("daily", "minute")
_BROKEN = (
    *(OSError, EOFError, BadZipFile, InvalidFileException, zlib.error),
    *(LookupError, ValueError, TypeError, SyntaxError, RuntimeError),
)
"""What half a workbook, or something else under its name, makes openpyxl raise, some of it as late as a row is read."""

_COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1")
"""How workbooks of before 2007 begin, and newer ones with a password (MS-CFB, section 2.2)."""
_LOCKED = "it is locked by a password, or of before 2007"


class Workbook:
    """Implements `mbats.schedule.control.ControlReader` for .xlsx files; formulas count as what they came to last."""

    def tables(self, file: Path) -> list[ControlTable]:
        """Return the tabs ``daily`` and ``minute``, or the first tab where there is neither."""
        if not file.is_file():
            raise ControlFileMissing(file=file)
        try:
            with closing(load_workbook(file, read_only=True, data_only=True)) as book:
                return [_table(book, str(file), tab) for tab in _chosen(book)]
        except _BROKEN as error:
            why = _LOCKED if _is_locked(file) else error or "it is cut off"
            raise UnreadableControlFile(file=file, kind="an Excel workbook", why=why) from None


def _is_locked(file: Path) -> bool:
    with suppress(OSError):
        return file.read_bytes().startswith(_COMPOUND)
    return False


def _chosen(book: OpenedWorkbook) -> list[str]:
    named = [tab for tab in book.sheetnames if tab.strip().lower() in _TABS]
    return named or book.sheetnames[:1]


def _table(book: OpenedWorkbook, file: str, tab: str) -> ControlTable:
    rows: list[tuple[Cell, ...]] = list(book[tab].iter_rows(values_only=True))
    columns = tuple(str(cell or "").strip().lower() for cell in rows[0]) if rows else ()
    numbered = enumerate(rows[1:], start=2)
    found = (ControlRow(number, dict(zip(columns, row, strict=False))) for number, row in numbered)
    return ControlTable(file, tab.strip().lower(), columns, tuple(found))
