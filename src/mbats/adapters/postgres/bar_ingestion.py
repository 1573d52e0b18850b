"""Bars into the master: new rows by binary COPY, changed ones revised, equal ones left alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from psycopg import sql

from mbats.adapters.postgres import column_query, pgcopy
from mbats.market.timeframe import Timeframe

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import psycopg
    from numpy.typing import NDArray

    from mbats.adapters.postgres.names import KeyIds
    from mbats.adapters.postgres.pgcopy import Columns
    from mbats.market.columns import FlagColumn
    from mbats.secmaster.repository import BarBatch

_PRICES = ("open", "high", "low", "close")
QUOTES = (*(f"bid_{price}" for price in _PRICES), *(f"ask_{price}" for price in _PRICES))
_VALUES = (*_PRICES, "volume", *QUOTES, "complete", "synthetic")
SHOWN = {
    name: sql.SQL("coalesce({}, 'NaN')" if name in QUOTES else "{}").format(sql.Identifier(name))
    for name in ("time", *_VALUES)
}
"""What is read of a bar; a side that it lacks is NaN."""
_KEY = ("instrument_id", "vendor_id", "timeframe_id", "alignment_id", "time")
OF_KEY = sql.SQL("instrument_id = {} AND vendor_id = {} AND timeframe_id = {} AND alignment_id = {}")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the rows of a batch; the three add up to all of them."""

    inserted: int
    revised: int
    unchanged: int


def bar_table(timeframe: Timeframe) -> str:
    """Return the table that holds bars of this length."""
    return "intraday_bar" if timeframe.intraday else "daily_bar"


def moment(nanoseconds: int) -> sql.Composable:
    """Return a time as SQL, rounded up to the whole microsecond: a half-open range of bars stays what it was."""
    return sql.SQL("(timestamptz 'epoch' + {} * interval '1 us')").format(sql.Literal(-(-nanoseconds // 1_000)))


class BarIngestion:
    """One batch on its way into its table, inside the caller's transaction.

    Nobody else may write bars of the same key meanwhile: the caller holds the key's lock.
    """

    def __init__(self, connection: psycopg.Connection, batch: BarBatch, ids: KeyIds, run: int) -> None:
        self._connection = connection
        self._bars = batch.bars
        self._columns = _columns(batch, ids, run)
        self._ids = ids
        self._run = run
        self._name = bar_table(batch.bars.timeframe)
        self._table = sql.Identifier("secmaster", self._name)

    def store(self, progress: Callable[[int], None] | None = None) -> Outcome:
        """Insert what is new and revise what has changed; `progress` hears of every row dealt with."""
        if not len(self._bars):
            return Outcome(0, 0, 0)
        self._make_partitions()
        new, changed = self._compare(self._held())
        self._copy(self._table, new, progress)
        if changed.any():
            self._revise(changed)
        inserted, revised = int(new.sum()), int(changed.sum())
        if progress:
            progress(len(self._bars) - inserted)
        return Outcome(inserted, revised, len(self._bars) - inserted - revised)

    def _make_partitions(self) -> None:
        years = np.unique(self._bars.time.astype("datetime64[ns]").astype("datetime64[Y]").astype(np.int64) + 1970)
        for year in years.tolist():
            self._connection.execute("SELECT secmaster.ensure_partition(%s, %s)", (self._name, year))

    def _held(self) -> dict[str, NDArray[Any]]:
        """Return the rows that the master already has in the batch's range of time."""
        source = sql.SQL("{} WHERE {}").format(self._table, self._range())
        return column_query.columns(self._connection, SHOWN, source, "time")

    def _range(self) -> sql.Composable:
        """Return the condition of this key in the batch's range of time; its values are our own integers."""
        ids = self._ids
        key = OF_KEY.format(*map(sql.Literal, (ids.instrument, ids.vendor, ids.timeframe, ids.alignment)))
        first, last = map(moment, self._bars.time[[0, -1]].tolist())
        return sql.SQL("{} AND time BETWEEN {} AND {}").format(key, first, last)

    def _compare(self, held: Mapping[str, NDArray[Any]]) -> tuple[FlagColumn, FlagColumn]:
        """Return which rows are new and which differ from what is held."""
        time = self._bars.time
        if not len(held["time"]):
            return np.ones(len(time), dtype=np.bool_), np.zeros(len(time), dtype=np.bool_)
        place = np.minimum(np.searchsorted(held["time"], time), len(held["time"]) - 1)
        known = held["time"][place] == time
        changed = np.zeros(len(time), dtype=np.bool_)
        for name in _VALUES:
            changed |= ~_equal(self._columns[name], held[name][place])
        return ~known, known & changed

    def _copy(self, table: sql.Identifier, rows: FlagColumn, progress: Callable[[int], None] | None = None) -> None:
        if rows.any():
            names = sql.SQL(", ").join(map(sql.Identifier, self._columns))
            statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT binary)").format(table, names)
            with self._connection.cursor().copy(statement) as copy:
                pgcopy.write(copy, self._columns, None if rows.all() else rows, progress)

    def _revise(self, changed: FlagColumn) -> None:
        """Keep the old rows as revisions and put the new values in their place."""
        staging = sql.Identifier("staged_bar")
        execute = self._connection.execute
        execute(sql.SQL("CREATE TEMP TABLE {} (LIKE {}) ON COMMIT DROP").format(staging, self._table))
        self._copy(staging, changed)
        execute(sql.SQL("ANALYZE {}").format(staging))
        names = sql.SQL(", ").join(map(sql.Identifier, self._columns))
        old = sql.SQL(", ").join(sql.Identifier("old", name) for name in self._columns)
        new = sql.SQL(", ").join(sql.Identifier("new", name) for name in self._columns)
        key = sql.SQL(", ").join(map(sql.Identifier, _KEY))
        held = sql.SQL("(SELECT * FROM {} WHERE {})").format(self._table, self._range())
        keep = "INSERT INTO secmaster.bar_revision ({}, replaced_by) SELECT {}, %s FROM {} old JOIN {} USING ({})"
        execute(sql.SQL(keep).format(names, old, held, staging, key), (self._run,))
        same = sql.SQL(" AND ").join(sql.SQL("old.{0} = new.{0}").format(sql.Identifier(name)) for name in _KEY)
        replace = sql.SQL("UPDATE {} old SET ({}) = ROW ({}) FROM {} new WHERE {}")
        execute(replace.format(self._table, names, new, staging, same))
        execute(sql.SQL("DROP TABLE {}").format(staging))


def _equal(new: NDArray[Any] | None, old: NDArray[Any]) -> Any:
    if new is None:
        return np.isnan(old)
    return (new == old) | (np.isnan(new) & np.isnan(old))


def _columns(batch: BarBatch, ids: KeyIds, run: int) -> Columns:
    bars = batch.bars
    length = len(bars)
    columns: Columns = {"time": pgcopy.timestamps(bars.time)}
    columns |= {price: getattr(bars.mid, price) for price in _PRICES}
    columns["volume"] = bars.volume
    for side in ("bid", "ask"):
        quotes = getattr(bars, side)
        columns |= {f"{side}_{price}": getattr(quotes, price) if quotes else None for price in _PRICES}
    return columns | {
        "instrument_id": np.full(length, ids.instrument, dtype=np.int32),
        "run_id": np.full(length, run, dtype=np.int32),
        "vendor_id": np.full(length, ids.vendor, dtype=np.int16),
        "timeframe_id": np.full(length, ids.timeframe, dtype=np.int16),
        "alignment_id": np.full(length, ids.alignment, dtype=np.int16),
        "flags": batch.flags.astype(np.int16),
        "complete": np.ones(length, dtype=np.bool_) if batch.complete is None else batch.complete.astype(np.bool_),
        "synthetic": np.full(length, bars.synthetic, dtype=np.bool_),
    }
