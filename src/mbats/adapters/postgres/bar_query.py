"""Bars out of the master, whole columns at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from psycopg import sql

from mbats.adapters.postgres import column_query
from mbats.adapters.postgres.bar_ingestion import OF_KEY, SHOWN, bar_table, moment
from mbats.adapters.postgres.names import instruments
from mbats.errors.database import UnknownBars
from mbats.market.bars import Bars, Quotes
from mbats.market.calendar import known_at
from mbats.market.timeframe import Timeframe

if TYPE_CHECKING:
    from collections.abc import Sequence

    import psycopg
    from numpy.typing import NDArray

    from mbats.adapters.postgres.database import Database
    from mbats.market.instrument import Instrument
    from mbats.secmaster.keys import BarKey

_HELD = sql.SQL("SELECT EXISTS (SELECT FROM {} WHERE {})")
_SPAN = sql.SQL(
    "SELECT extract(epoch FROM min(time))::bigint, extract(epoch FROM max(time))::bigint + 1 FROM {} WHERE {}"
)
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
    with database.snapshot() as connection:
        instrument = instruments(connection).get(key.symbol)
        ids = connection.execute(_IDS, (key.symbol, key.vendor, key.timeframe, key.alignment.value)).fetchone()
        if instrument is None or ids is None:
            raise UnknownBars(key=key)
        query = _Query(connection, Timeframe(key.timeframe), ids)
        columns = query.columns(start, end)
        if not len(columns["time"]) and not query.has_any():
            raise UnknownBars(key=key)
    return _bars(instrument, key, columns)


class _Query:
    """The complete bars of one key, read piece by piece."""

    def __init__(self, connection: psycopg.Connection, timeframe: Timeframe, ids: Sequence[int]) -> None:
        self._connection = connection
        self._table = sql.Identifier("secmaster", bar_table(timeframe))
        self._of_key = OF_KEY.format(*map(sql.Literal, ids))
        self._step = timeframe.nanoseconds * column_query.ROWS

    def has_any(self) -> bool:
        return self._connection.execute(_HELD.format(self._table, self._of_key)).fetchone() == (True,)

    def columns(self, start: int | None, end: int | None) -> dict[str, NDArray[Any]]:
        first, last = self._span(start, end)
        pieces = range(first, last, self._step) or [first]
        return column_query.joined(self._piece(begin, min(begin + self._step, last)) for begin in pieces)

    def _span(self, start: int | None, end: int | None) -> tuple[int, int]:
        """Return the range to read, in nanoseconds: what is asked for, as far as there are bars."""
        span = self._connection.execute(_SPAN.format(self._table, self._of_key)).fetchone() or (None, None)
        first, last = ((second or 0) * 1_000_000_000 for second in span)
        return max(first, first if start is None else start), min(last, last if end is None else end)

    def _piece(self, begin: int, end: int) -> dict[str, NDArray[Any]]:
        source = sql.SQL("{} WHERE {} AND complete AND time >= {} AND time < {}")
        rows = source.format(self._table, self._of_key, moment(begin), moment(end))
        return column_query.columns(self._connection, SHOWN, rows, "time")


def _bars(instrument: Instrument, key: BarKey, columns: dict[str, NDArray[Any]]) -> Bars:
    timeframe, alignment, time = Timeframe(key.timeframe), key.alignment, columns["time"]
    return Bars(
        instrument=instrument,
        timeframe=timeframe,
        time=time,
        known_at=known_at(time, timeframe, alignment, instrument.asset_class, instrument.exchange),
        mid=_quotes(columns, ""),
        volume=columns["volume"],
        bid=_side(columns, "bid_"),
        ask=_side(columns, "ask_"),
        vendor=key.vendor,
        alignment=alignment,
        synthetic=bool(columns["synthetic"].any()),
    )


def _side(columns: dict[str, NDArray[Any]], prefix: str) -> Quotes | None:
    """Return one side of the market, NaN in rows that lack it; None where all do."""
    return None if np.isnan(columns[prefix + "open"]).all() else _quotes(columns, prefix)


def _quotes(columns: dict[str, NDArray[Any]], prefix: str) -> Quotes:
    return Quotes(*(columns[prefix + price] for price in ("open", "high", "low", "close")))
