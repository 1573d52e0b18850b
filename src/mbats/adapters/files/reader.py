from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from mbats.adapters.files import content, presets
from mbats.adapters.files.columnar import read_columnar
from mbats.adapters.files.delimited import read_delimited
from mbats.adapters.files.headers import PRICES, Heading, heading
from mbats.adapters.files.names import normal_symbol
from mbats.adapters.files.series import read_series
from mbats.adapters.files.sheet import Sheet, is_text
from mbats.adapters.files.times import to_utc
from mbats.errors.data import SideUnclear, SymbolUnclear, TimeframeUnclear, UnreadableNumber
from mbats.market.bars import Quotes
from mbats.market.local_time import DAY
from mbats.market.timeframe import NANOSECONDS, Timeframe
from mbats.pipelines.ingest import FileForm, Reading, SeriesReading
from mbats.secmaster.bar_table import BarTable

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

    from mbats.adapters.files.presets import Layout
    from mbats.market.columns import FlagColumn, FloatColumn, TimeColumn

_PARQUET = b"PAR1"


class FileReader:
    """Reads Parquet and text files, plain, gzipped or zipped, into tables of bars or of a series."""

    def bars(self, file: Path, form: FileForm) -> Reading:
        """Return the bars of a file, one table an instrument; see `mbats.pipelines.ingest.BarReader`."""
        found = content.read(file)
        layout = presets.layout(form.preset, found)
        sheet = _sheet(found, layout.names)
        if layout.day is not None:
            sheet = _dated(sheet, layout.day)
        head = heading(sheet, form.ignore)
        return Reading([_table(*part, layout, form) for part in _instruments(sheet, head, layout, form)], found.digest)

    def series(self, file: Path, form: FileForm) -> SeriesReading:
        """Return the tables of a point-in-time series; see `mbats.pipelines.ingest.BarReader`."""
        found = content.read(file)
        return SeriesReading(read_series(_sheet(found), form), found.digest)


def _sheet(found: content.Content, names: tuple[str, ...] = ()) -> Sheet:
    parquet = found.data.startswith(_PARQUET) or found.file.suffix.lower() in {".parquet", ".pq"}
    return read_columnar(found) if parquet else read_delimited(found, names)


def _dated(sheet: Sheet, day: date) -> Sheet:
    """Turn LEAN's milliseconds since local midnight into local times."""
    import pyarrow as pa

    midnight = (day - date(1970, 1, 1)).days * DAY
    local = midnight + sheet.numbers("datetime").astype(np.int64) * 1_000_000
    return replace(sheet, columns={**sheet.columns, "datetime": pa.array(local).cast(pa.timestamp("ns"))})


def _instruments(sheet: Sheet, head: Heading, layout: Layout, form: FileForm) -> list[tuple[str, Sheet, Heading]]:
    """Split a file by its column of symbols, if it has one with several."""
    wanted = normal_symbol(form.symbol) if form.symbol else ""
    names = sheet.columns[head["symbol"]].to_pylist() if "symbol" in head else []
    distinct = {str(name): normal_symbol(str(name)) for name in dict.fromkeys(names)}
    if len(distinct) > 1:
        column = np.array([distinct[str(name)] for name in names])
        chosen = [symbol for symbol in dict.fromkeys(distinct.values()) if wanted in {"", symbol}]
        return [(symbol, sheet.only(np.flatnonzero(column == symbol)), head) for symbol in chosen]
    symbol = wanted or next(iter(distinct.values()), "") or layout.facts.symbol
    if not symbol:
        raise SymbolUnclear(file=sheet.file)
    return [(symbol, sheet, head)]


def _table(symbol: str, sheet: Sheet, head: Heading, layout: Layout, form: FileForm) -> BarTable:
    time = _times(sheet, head, form.timezone or layout.zone)
    quotes = {
        prefix: Quotes(*(sheet.numbers(head[prefix + price]) / layout.divisor for price in PRICES))
        for prefix in ("", "bid_", "ask_")
        if head.has(prefix)
    }
    table = BarTable(
        file=sheet.file,
        symbol=symbol,
        vendor=form.vendor or layout.vendor,
        timeframe=form.timeframe or layout.facts.timeframe or _commonest_step(sheet, time),
        rows=sheet.rows,
        time=time,
        volume=_volume(sheet, head),
        price=quotes.get(""),
        bid=quotes.get("bid_"),
        ask=quotes.get("ask_"),
        complete=_complete(sheet, head),
        alignment=form.alignment,
        equity=head.equity or layout.equity,
    )
    if layout.spread_in_points and "spread" in head:
        return _with_ask(table, sheet, head)
    return _sided(table, layout)


def _times(sheet: Sheet, head: Heading, zone: str | None) -> TimeColumn:
    zone = zone or ("UTC" if head.utc else None)
    if "datetime" in head:
        return to_utc(sheet, head["datetime"], zone)
    if "date" in head and "time" in head:
        date, time = (sheet.columns[head[field]] for field in ("date", "time"))
        if is_text(date) and is_text(time):
            return to_utc(_joined(sheet, head, date, time), f"{head['date']} {head['time']}", zone)
    return to_utc(sheet, head["time"] if "time" in head else head["date"], zone)


def _joined(sheet: Sheet, head: Heading, date: pa.Array, time: pa.Array) -> Sheet:
    import pyarrow.compute as pc

    both = pc.binary_join_element_wise(pc.utf8_trim_whitespace(date), pc.utf8_trim_whitespace(time), " ")
    return replace(sheet, columns={f"{head['date']} {head['time']}": both})


def _commonest_step(sheet: Sheet, time: TimeColumn) -> Timeframe:
    steps = np.diff(time)
    steps = steps[steps > 0] // NANOSECONDS
    if not len(steps):
        raise TimeframeUnclear(file=sheet.file, rows=len(time))
    lengths, counts = np.unique(steps, return_counts=True)
    seconds = int(lengths[np.argmax(counts)])
    for letter, length in (("W", 604_800), ("D", 86_400)):
        if seconds == length:
            return Timeframe(letter)
    for letter, length in (("H", 3_600), ("M", 60), ("S", 1)):
        if seconds and seconds % length == 0:
            return Timeframe(f"{letter}{seconds // length}")
    raise TimeframeUnclear(file=sheet.file, rows=len(time))


def _volume(sheet: Sheet, head: Heading) -> FloatColumn:
    # MetaTrader writes the traded volume as zero for FX; the number of ticks is what it knows.
    units = sheet.numbers(head["volume"]) if "volume" in head else np.zeros(len(sheet))
    return sheet.numbers(head["ticks"]) if "ticks" in head and not units.any() else units


def _complete(sheet: Sheet, head: Heading) -> FlagColumn | None:
    if "complete" not in head:
        return None
    words = [str(value).strip().lower() for value in sheet.columns[head["complete"]].to_pylist()]
    return np.array([word in {"true", "1", "yes"} for word in words])


def _with_ask(table: BarTable, sheet: Sheet, head: Heading) -> BarTable:
    """Make the ask side from MetaTrader's spread, which counts points of the last decimal place."""
    spread = sheet.numbers(head["spread"])
    wrong = np.flatnonzero(~np.isfinite(spread) | (spread < 0))
    if len(wrong):
        value = sheet.columns[head["spread"]][int(wrong[0])].as_py()
        raise UnreadableNumber(file=table.file, row=table.rows[wrong[0]], field="spread", value=value)
    bid = table.price
    if bid is None or not spread.any():
        return replace(table, side="bid")
    places = len(str(sheet.columns[head["open"]][0].as_py()).strip().partition(".")[2])
    ask = Quotes(*(np.round(getattr(bid, price) + spread / 10**places, places) for price in PRICES))
    return replace(table, price=None, bid=bid, ask=ask)


def _sided(table: BarTable, layout: Layout) -> BarTable:
    """Say which side a file with one set of prices holds."""
    if table.price is None and (table.bid is None or table.ask is None):
        side = "ask" if table.bid is None else "bid"
        return replace(table, price=table.bid or table.ask, bid=None, ask=None, side=side)
    if table.bid is not None or table.ask is not None or not layout.side:
        return table
    side = layout.facts.side if layout.side == "?" else layout.side
    if not side:
        raise SideUnclear(file=table.file)
    return replace(table, side=side)
