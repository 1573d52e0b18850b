from __future__ import annotations

import re
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Protocol

import numpy as np

from mbats.errors.data import BadSeriesName, UnknownInstrument
from mbats.market.bars import Bars
from mbats.market.calendar import known_at
from mbats.market.catalogue import equity, fx_pair, known_instruments
from mbats.market.instrument import AssetClass, Instrument
from mbats.secmaster.bar_table import BarTable, join, mid, pair_sides
from mbats.secmaster.corporate_actions import series_name
from mbats.secmaster.day_start import alignment_of
from mbats.secmaster.keys import BarKey
from mbats.secmaster.repository import BarBatch, IngestionCount, IngestionSource
from mbats.secmaster.screening import flags
from mbats.secmaster.validation import refuse_impossible

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import pyarrow as pa

    from mbats.market.bars import Quotes
    from mbats.market.timeframe import Alignment, Timeframe
    from mbats.secmaster.repository import SecurityMaster


@dataclass(frozen=True, slots=True)
class FileForm:
    """What the user says about files; None or empty: the file tells.

    Attributes
    ----------
    preset
        Vendor whose export it is: dukascopy, histdata, metatrader5 or lean.
    timezone
        Zone of times that name none.
    asset_class, currency, exchange
        Of instruments that the catalogue does not know.
    ignore
        Columns to leave out.
    time_column, known_at_column
        Columns of a series that hold its two times.
    """

    preset: str | None = None
    symbol: str | None = None
    vendor: str | None = None
    timeframe: Timeframe | None = None
    alignment: Alignment | None = None
    timezone: str | None = None
    asset_class: AssetClass | None = None
    currency: str = "USD"
    exchange: str = "XNYS"
    ignore: tuple[str, ...] = ()
    time_column: str = "time"
    known_at_column: str = "known_at"


@dataclass(frozen=True, slots=True)
class Reading:
    """The bars of one file and the SHA-256 of the file."""

    tables: list[BarTable]
    digest: str


@dataclass(frozen=True, slots=True)
class SeriesReading:
    """The tables of one file by what is put behind the series' name, and the SHA-256 of the file."""

    tables: dict[str, pa.Table]
    digest: str


class BarReader(Protocol):
    """The port to files of market data."""

    def bars(self, file: Path, form: FileForm) -> Reading:
        """Return the bars of a file, one table an instrument, in the file's order and unjudged.

        Raises `mbats.errors.MbatsError` naming file, row and field of what cannot be read.
        """
        ...

    def series(self, file: Path, form: FileForm) -> SeriesReading:
        """Return the tables of a point-in-time series, each with `time` and `known_at` in UTC."""
        ...


@dataclass(frozen=True, slots=True)
class Delivery:
    """Judged bars on their way into the master, where they came from, and what the user should know about them."""

    batches: list[BarBatch]
    source: IngestionSource
    notes: tuple[str, ...] = ()


def prepare(
    files: Sequence[Path],
    form: FileForm,
    reader: BarReader,
    instruments: Mapping[str, Instrument],
    advance: Callable[[int], None] = lambda _: None,
) -> Delivery:
    """Read and judge files; nothing is stored yet.

    Files of the same instrument, vendor and timeframe are joined: days of a month, and the bid and ask side of one
    market. Bars of one side alone are no mid prices; they are kept apart under a vendor named after the side
    (``dukascopy-bid``).

    Parameters
    ----------
    instruments
        What the master already has, by symbol.
    advance
        Called with 1 after each file.

    Raises
    ------
    mbats.errors.MbatsError
        A file with an impossible row is refused whole, and with it the delivery.
    """
    tables: list[BarTable] = []
    digests = []
    for file in files:
        reading = reader.bars(file, form)
        for table in reading.tables:
            refuse_impossible(table)
        tables += reading.tables
        digests.append(reading.digest)
        advance(1)
    joined = _joined(tables)
    batches = [judged(table, _instrument(table, form, instruments)) for table in joined]
    notes = [note for table in joined for note in _notes(table, tables)]
    return Delivery(batches, _source(files, digests), tuple(notes))


def store(
    delivery: Delivery, master: SecurityMaster, advance: Callable[[int], None] | None = None
) -> list[IngestionCount]:
    """Put a delivery into the master in one transaction; `advance` is called with the number of bars just written."""
    return master.ingest(delivery.batches, delivery.source, advance)


def import_series(
    name: str, files: Sequence[Path], form: FileForm, reader: BarReader, master: SecurityMaster
) -> list[IngestionCount]:
    """Read series from files and put them into the master; all files are read before the first is stored.

    Raises
    ------
    mbats.errors.MbatsError
        A bad name, a missing column, a time that cannot be read or a row known before its time.
    """
    if not re.fullmatch(r"[A-Za-z]\w*", name):
        raise BadSeriesName(name=name)
    readings = [(file, reader.series(file, form)) for file in files]
    return [
        master.ingest_series(_series(name, part), table, _source([file], [reading.digest]))
        for file, reading in readings
        for part, table in reading.tables.items()
    ]


def _series(name: str, part: str) -> str:
    return series_name(part, name) if part else name


def _source(files: Sequence[Path], digests: list[str]) -> IngestionSource:
    together = digests[0] if len(digests) == 1 else sha256("".join(digests).encode()).hexdigest()
    return IngestionSource(name=", ".join(map(str, files)), digest=together, command="mbats data import")


def _joined(tables: list[BarTable]) -> list[BarTable]:
    markets: dict[tuple[str, str, str], dict[str, list[BarTable]]] = {}
    for table in tables:
        key = table.symbol, table.vendor, table.timeframe.name
        markets.setdefault(key, {}).setdefault(table.side, []).append(table)
    return [table for sides in markets.values() for table in _merged({side: join(of) for side, of in sides.items()})]


def _merged(sides: dict[str, BarTable]) -> list[BarTable]:
    if "bid" in sides and "ask" in sides:
        both = pair_sides(sides.pop("bid"), sides.pop("ask"))
        return [both, *_merged(sides)]
    return [_apart(table) for table in sides.values()]


def _apart(table: BarTable) -> BarTable:
    if not table.side or table.vendor.endswith(f"-{table.side}"):
        return table
    return replace(table, vendor=f"{table.vendor}-{table.side}")


def _notes(joined: BarTable, tables: list[BarTable]) -> list[str]:
    key = f"{joined.symbol} {joined.timeframe} ({joined.vendor})"
    if joined.side:
        return [f"{key} holds {joined.side} prices alone; import the other side together with it to have both."]
    own = (joined.symbol, joined.vendor, joined.timeframe)
    sides = [table for table in tables if table.side and (table.symbol, table.vendor, table.timeframe) == own]
    alone = sum(map(len, sides)) - 2 * len(joined) if sides else 0
    return [f"{key}: {alone:,} bars had one side only and were left out."] if alone else []


def judged(table: BarTable, instrument: Instrument, *, synthetic: bool = False) -> BarBatch:
    """Return bars that `refuse_impossible` let pass as the master takes them, with the flags of suspicious rows.

    Raises
    ------
    mbats.errors.data.AlignmentUnclear
        The opening times fit no start of a day.
    """
    alignment = alignment_of(table, equity=instrument.asset_class == AssetClass.EQUITY)
    bars = Bars(
        instrument=instrument,
        timeframe=table.timeframe,
        time=table.time,
        known_at=known_at(table.time, table.timeframe, alignment, instrument.asset_class, instrument.exchange),
        mid=table.price or _mid(table),
        volume=table.volume,
        bid=table.bid,
        ask=table.ask,
        vendor=table.vendor,
        alignment=alignment,
        synthetic=synthetic,
    )
    key = BarKey(table.symbol, table.vendor, table.timeframe.name, alignment)
    complete = None if table.complete is None else table.complete.astype(np.int16)
    return BarBatch(key, bars, flags(bars), complete)


def _mid(table: BarTable) -> Quotes:
    assert table.bid is not None
    assert table.ask is not None
    return mid(table.bid, table.ask)


def _instrument(table: BarTable, form: FileForm, instruments: Mapping[str, Instrument]) -> Instrument:
    known = {**known_instruments(), **instruments}
    if table.symbol in known:
        return known[table.symbol]
    if form.asset_class == AssetClass.EQUITY or (table.equity and form.asset_class is None):
        return equity(table.symbol, form.currency, form.exchange)
    currencies = {code for pair in known_instruments().values() for code in (pair.base, pair.quote)}
    base, _, quote = table.symbol.partition("_")
    if {base, quote} <= currencies:
        return fx_pair(table.symbol)
    raise UnknownInstrument(file=table.file, symbol=table.symbol)
