"""Bars out of the master: from PostgreSQL's binary rows to NumPy by way of Arrow, no Python object a row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow.compute as pc
from psycopg import sql

from mbats.adapters.postgres.bar_ingestion import OF_KEY, QUOTES, bar_table
from mbats.adapters.postgres.names import instruments
from mbats.errors.database import UnknownBars
from mbats.market.bars import Bars, Quotes
from mbats.market.calendar import known_at
from mbats.market.timeframe import Timeframe

if TYPE_CHECKING:
    import pyarrow as pa

    from mbats.adapters.postgres.database import Database
    from mbats.market.instrument import Instrument
    from mbats.secmaster.keys import BarKey

_COLUMNS = ("time", "open", "high", "low", "close", "volume", *QUOTES, "synthetic")
_SELECT = sql.SQL("SELECT {} FROM {} WHERE {} ORDER BY time")
_HELD = sql.SQL("SELECT EXISTS (SELECT FROM {} WHERE {})")
_IDS = """
SELECT i.id, v.id, t.id, a.id
FROM secmaster.instrument i, secmaster.data_vendor v, secmaster.timeframe t, secmaster.alignment a
WHERE i.symbol = %s AND v.name = %s AND t.name = %s AND a.name = %s
"""


def bars(database: Database, key: BarKey, start: int | None, end: int | None) -> Bars:
    """Return the complete bars of `key` that open in ``[start, end)``.

    Raises
    ------
    mbats.errors.database.UnknownBars
        The master never had a bar of this key.
    """
    with database.transaction() as connection:
        instrument = instruments(connection).get(key.symbol)
        found = connection.execute(_IDS, (key.symbol, key.vendor, key.timeframe, key.alignment.value)).fetchone()
        if instrument is None or found is None:
            raise UnknownBars(key=key)
        query = _query(key, found, start, end).as_string(connection)
    table = database.table(query)
    if not table.num_rows:
        _refuse_unknown(database, key, found)
    return _bars(instrument, key, table)


def _query(key: BarKey, ids: tuple[int, ...], start: int | None, end: int | None) -> sql.Composed:
    """Return the query, our own integers in it: with bound ones ADBC forgoes COPY and takes a third longer."""
    conditions = [OF_KEY.format(*map(sql.Literal, ids)), sql.SQL("complete")]
    for bound, comparison in ((start, sql.SQL(">=")), (end, sql.SQL("<"))):
        if bound is not None:
            # Bars open at whole microseconds: rounding both bounds up keeps a half-open range half-open.
            moment = sql.Literal(-(-bound // 1_000))
            conditions.append(sql.SQL("time {} timestamptz 'epoch' + {} * interval '1 us'").format(comparison, moment))
    columns = sql.SQL(", ").join(map(sql.Identifier, _COLUMNS))
    table = sql.Identifier("secmaster", bar_table(Timeframe(key.timeframe)))
    return _SELECT.format(columns, table, sql.SQL(" AND ").join(conditions))


def _refuse_unknown(database: Database, key: BarKey, ids: tuple[int, ...]) -> None:
    table = sql.Identifier("secmaster", bar_table(Timeframe(key.timeframe)))
    with database.transaction() as connection:
        held = _HELD.format(table, OF_KEY.format(*map(sql.Literal, ids)))
        if connection.execute(held).fetchone() == (False,):
            raise UnknownBars(key=key)


def _bars(instrument: Instrument, key: BarKey, table: pa.Table) -> Bars:
    timeframe, alignment = Timeframe(key.timeframe), key.alignment
    time = table["time"].cast("int64").to_numpy() * 1_000
    return Bars(
        instrument=instrument,
        timeframe=timeframe,
        time=time,
        known_at=known_at(time, timeframe, alignment, instrument.asset_class, instrument.exchange),
        mid=_quotes(table, ""),
        volume=table["volume"].to_numpy(),
        bid=_side(table, "bid_"),
        ask=_side(table, "ask_"),
        vendor=key.vendor,
        alignment=alignment,
        synthetic=bool(pc.any(table["synthetic"]).as_py()),
    )


def _side(table: pa.Table, prefix: str) -> Quotes | None:
    """Return one side of the market, NaN in rows that lack it; None where all do."""
    return _quotes(table, prefix) if table[prefix + "open"].null_count < table.num_rows else None


def _quotes(table: pa.Table, prefix: str) -> Quotes:
    return Quotes(*(table[prefix + price].to_numpy() for price in ("open", "high", "low", "close")))
