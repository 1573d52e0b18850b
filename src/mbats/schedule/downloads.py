"""Rows of a control file that name bars to download."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

from mbats.errors.control import BadControlCells, ControlColumnMissing, NothingEnabled
from mbats.market.timeframe import NANOSECONDS, Timeframe
from mbats.schedule.reading import Reading, symbol, text, timeframe

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from mbats.schedule.control import Cell, ControlTable

_USUAL = {"daily": "D", "minute": "M1"}


@dataclass(frozen=True, slots=True)
class Download:
    """Bars that are wanted, from `start` (nanoseconds UTC) up to now; a vendor left empty is whoever is asked."""

    symbol: str
    timeframe: Timeframe
    start: int
    vendor: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the enabled rows ask for, in their order, and why others cannot be used: place, cell and remedy of each."""

    downloads: tuple[Download, ...]
    refused: tuple[str, ...]


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
    for table in tables:
        table.need(_columns(table))
    wanted = judged(tables, vendors)
    file = tables[0].file if tables else "the control file"
    if wanted.refused:
        raise BadControlCells(file=file, count=len(wanted.refused), cells="\n".join(wanted.refused))
    if not wanted.downloads:
        raise NothingEnabled(file=file)
    return list(wanted.downloads)


def judged(tables: Sequence[ControlTable], vendors: Collection[str]) -> Wanted:
    """Return what can be used of the tables and what cannot: a bad row, or a tab without a column, harms no other."""
    refused: list[str] = []
    taken: dict[tuple[str, str, str], str] = {}
    result = []
    for table in tables:
        try:
            table.need(_columns(table))
        except ControlColumnMissing as missing:
            refused.append(str(missing))
            continue
        for row in table.filled():
            reading = _Row(table, row)
            download, enabled = reading.download(vendors), reading.enabled()
            if download and not reading.bad:
                key = download.symbol, download.vendor, download.timeframe.name
                reading.refuse_repeated(taken.setdefault(key, reading.place), "instrument")
            refused += reading.bad
            if download and enabled and not reading.bad:
                result.append(download)
    return Wanted(tuple(result), tuple(refused))


def _columns(table: ControlTable) -> tuple[str, ...]:
    return ("instrument", "start") if table.tab in _USUAL else ("instrument", "timeframe", "start")


class _Row(Reading):
    def download(self, vendors: Collection[str]) -> Download | None:
        """Return what the row asks for, None where a cell of it is bad."""
        name, length = self.read("instrument", symbol), self.read("timeframe", self._timeframe)
        start, vendor = self.read("start", _moment), self.read("vendor", lambda cell: _vendor(cell, vendors))
        if name is None or length is None or start is None or vendor is None:
            return None
        return Download(name, length, start, vendor)

    def _timeframe(self, cell: Cell) -> Timeframe:
        return timeframe(text(cell) or _USUAL.get(self.table.tab, ""))


def _vendor(cell: Cell, vendors: Collection[str]) -> str:
    name = text(cell).lower()
    if name and name not in vendors:
        raise ValueError(f"is nobody to download from: there is {', '.join(vendors)}")
    return name


def _moment(cell: Cell) -> int:
    """Return a date, or a time that is in UTC unless it names a zone, as nanoseconds UTC."""
    if isinstance(cell, bool | int | float):
        raise ValueError("is no date: write 2024-01-01")
    try:
        read = cell if isinstance(cell, date) else datetime.fromisoformat(text(cell))
    except ValueError:
        raise ValueError("is no date: write 2024-01-01") from None
    moment = read if isinstance(read, datetime) else datetime.combine(read, time())
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return int(aware.timestamp()) * NANOSECONDS
