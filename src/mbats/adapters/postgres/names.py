"""The compact keys behind names: instruments, vendors, timeframes and alignments."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from psycopg import sql

from mbats.market.instrument import AssetClass, Instrument

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import psycopg

    from mbats.secmaster.keys import BarKey
    from mbats.secmaster.repository import BarBatch

_INSTRUMENTS = """
SELECT i.symbol, i.asset_class, i.base, i.quote, i.pip, i.tick, i.lot, i.margin_rate, e.code, i.venue_symbols
FROM secmaster.instrument i JOIN secmaster.exchange e ON e.id = i.exchange_id
"""


@dataclass(frozen=True, slots=True)
class KeyIds:
    """A bar key as the bar tables spell it."""

    instrument: int
    vendor: int
    timeframe: int
    alignment: int


def instruments(connection: psycopg.Connection) -> dict[str, Instrument]:
    """Return all instruments by symbol, in order of their symbols."""
    rows = connection.execute(_INSTRUMENTS + "ORDER BY i.symbol").fetchall()
    return {symbol: Instrument(symbol, AssetClass(kind), *terms) for symbol, kind, *terms in rows}


def key_ids(connection: psycopg.Connection, batches: Sequence[BarBatch]) -> dict[BarKey, KeyIds]:
    """Return the ids of all keys, adding the names that are new.

    New names are added table by table in alphabetical order, so that two processes that add the same ones wait for one
    another and never form a deadlock.
    """
    traded = {batch.key.symbol: batch.bars.instrument for batch in batches}
    keys = [batch.key for batch in batches]
    symbols = {symbol: _instrument_id(connection, traded[symbol]) for symbol in sorted(traded)}
    vendors = _ids(connection, "data_vendor", "name", (key.vendor for key in keys))
    timeframes = _ids(connection, "timeframe", "name", (key.timeframe for key in keys))
    alignments = _ids(connection, "alignment", "name", (key.alignment.value for key in keys))
    return {
        key: KeyIds(symbols[key.symbol], vendors[key.vendor], timeframes[key.timeframe], alignments[key.alignment])
        for key in keys
    }


def _instrument_id(connection: psycopg.Connection, instrument: Instrument) -> int:
    find = "SELECT id FROM secmaster.instrument WHERE symbol = %s"
    found = connection.execute(find, (instrument.symbol,)).fetchone()
    if found is None:
        exchange = _ids(connection, "exchange", "code", [instrument.exchange])[instrument.exchange]
        connection.execute(
            "INSERT INTO secmaster.instrument"
            " (symbol, asset_class, base, quote, pip, tick, lot, margin_rate, exchange_id, venue_symbols)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
            (
                *(instrument.symbol, instrument.asset_class.value, instrument.base, instrument.quote, instrument.pip),
                *(instrument.tick, instrument.lot, instrument.margin_rate, exchange),
                json.dumps(instrument.venue_symbols),
            ),
        )
        found = connection.execute(find, (instrument.symbol,)).fetchone()
    assert found is not None
    return int(found[0])


def _ids(connection: psycopg.Connection, table: str, column: str, values: Iterable[str]) -> dict[str, int]:
    return {
        value: _id(connection, sql.Identifier("secmaster", table), sql.Identifier(column), value)
        for value in sorted(set(values))
    }


def _id(connection: psycopg.Connection, table: sql.Identifier, column: sql.Identifier, value: str) -> int:
    # A conflict would use up a number of the sequence, so we look before we insert.
    find = sql.SQL("SELECT id FROM {} WHERE {} = %s").format(table, column)
    found = connection.execute(find, (value,)).fetchone()
    if found is None:
        insert = sql.SQL("INSERT INTO {} ({}) VALUES (%s) ON CONFLICT DO NOTHING").format(table, column)
        connection.execute(insert, (value,))
        found = connection.execute(find, (value,)).fetchone()
    assert found is not None
    return int(found[0])
