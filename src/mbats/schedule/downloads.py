"""Rows of a control file that name bars to download."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, TypeVar

from mbats.errors.control import BadControlCells, NothingEnabled
from mbats.errors.market import UnknownTimeframe
from mbats.market.timeframe import NANOSECONDS, Timeframe

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from mbats.schedule.control import Cell, ControlRow, ControlTable

T = TypeVar("T")
_YES, _NO = {"yes", "true", "1", "1.0", "y", "x"}, {"no", "false", "0", "0.0", "n"}
_USUAL = {"daily": "D", "minute": "M1"}
_SYMBOL = re.compile(r"[A-Z0-9]+_[A-Z]{3}")


@dataclass(frozen=True, slots=True)
class Download:
    """Bars that are wanted, from `start` (nanoseconds UTC) up to now; a vendor left empty is whoever is asked."""

    symbol: str
    timeframe: Timeframe
    start: int
    vendor: str = ""


def downloads(tables: Sequence[ControlTable], vendors: Collection[str]) -> list[Download]:
    """Return what the enabled rows ask for, in their order.

    A tab named ``daily`` or ``minute`` says the timeframe of rows that name none: D or M1.

    Parameters
    ----------
    vendors
        Whose bars can be downloaded.

    Raises
    ------
    ControlColumnMissing, BadControlCells, NothingEnabled
        Every bad cell is named with file, tab, row and column; rows that are not enabled are judged, too.
    """
    bad: list[str] = []
    wanted: dict[tuple[str, str, str], str] = {}
    result = []
    for table in tables:
        table.need(("instrument", "start") if table.tab in _USUAL else ("instrument", "timeframe", "start"))
        for row in table.filled():
            reading = _Reading(table, row, vendors)
            download, enabled = reading.download(), reading.enabled()
            if download and not reading.bad:
                key = download.symbol, download.vendor, download.timeframe.name
                reading.refuse_repeated(wanted.setdefault(key, reading.place), "instrument")
            bad += reading.bad
            if download and enabled:
                result.append(download)
    file = tables[0].file if tables else "the control file"
    if bad:
        raise BadControlCells(file=file, count=len(bad), cells="\n".join(bad))
    if not result:
        raise NothingEnabled(file=file)
    return result


class _Reading:
    """One row on its way from cells to a download; what is wrong with it is in `bad`."""

    def __init__(self, table: ControlTable, row: ControlRow, vendors: Collection[str]) -> None:
        self._table, self._row, self._vendors = table, row, vendors
        self.place = f"{table.place}, row {row.number}"
        self.bad: list[str] = []

    def download(self) -> Download | None:
        """Return what the row asks for, None where a cell of it is bad."""
        symbol, timeframe = self._read("instrument", _symbol), self._read("timeframe", self._timeframe)
        start, vendor = self._read("start", _moment), self._read("vendor", self._vendor)
        if symbol is None or timeframe is None or start is None or vendor is None:
            return None
        return Download(symbol, timeframe, start, vendor)

    def enabled(self) -> bool:
        """Return whether the row counts; an empty cell does not take it out."""
        return self._read("enabled", _yes) is not False

    def refuse_repeated(self, first: str, column: str) -> None:
        """Note that another row asks for the same bars."""
        if first != self.place:
            self.bad.append(f"{self.place}, column {column}: {self._row.cells[column]!r} is wanted already by {first}")

    def _read(self, column: str, read: Callable[[Cell], T]) -> T | None:
        cell = self._row.cells.get(column)
        try:
            return read(cell)
        except ValueError as error:
            self.bad.append(f"{self.place}, column {column}: {cell!r} {error}")
            return None

    def _timeframe(self, cell: Cell) -> Timeframe:
        name = _text(cell) or _USUAL.get(self._table.tab, "")
        try:
            return Timeframe(name)
        except UnknownTimeframe:
            raise ValueError("is no timeframe: write M1, H1, D or W") from None

    def _vendor(self, cell: Cell) -> str:
        name = _text(cell).lower()
        if name and name not in self._vendors:
            raise ValueError(f"is nobody to download from: there is {', '.join(self._vendors)}")
        return name


def _text(cell: Cell) -> str:
    return "" if cell is None else str(cell).strip()


def _symbol(cell: Cell) -> str:
    name = _text(cell).upper().replace("/", "_")
    if not _SYMBOL.fullmatch(name):
        raise ValueError("is no instrument: write EUR_USD")
    return name


def _yes(cell: Cell) -> bool:
    word = _text(cell).lower()
    if word in _NO:
        return False
    if word and word not in _YES:
        raise ValueError("is neither yes nor no")
    return True


def _moment(cell: Cell) -> int:
    """Return a date, or a time that is in UTC unless it names a zone, as nanoseconds UTC."""
    if isinstance(cell, bool | int | float):
        raise ValueError("is no date: write 2024-01-01")
    try:
        read = cell if isinstance(cell, date) else datetime.fromisoformat(_text(cell))
    except ValueError:
        raise ValueError("is no date: write 2024-01-01") from None
    moment = read if isinstance(read, datetime) else datetime.combine(read, time())
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return int(aware.timestamp()) * NANOSECONDS
