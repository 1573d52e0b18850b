"""A securities master in memory, held to the same contract test as PostgreSQL's."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from math import isnan
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import numpy as np
import pyarrow as pa

from mbats.errors.database import AmbiguousSeriesRow, UnknownBars, UnknownSeries
from mbats.market.bars import Bars, Quotes
from mbats.market.catalogue import known_instruments
from mbats.secmaster.repository import Holding, IngestionCount, SeriesHolding

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mbats.market.instrument import Instrument
    from mbats.secmaster.keys import BarKey
    from mbats.secmaster.repository import BarBatch, IngestionSource

_PRICES = ("open", "high", "low", "close")


@dataclass
class _Held:
    bars: Bars
    rows: dict[int, tuple[Any, ...]] = field(default_factory=dict)
    flags: dict[int, int] = field(default_factory=dict)


class FakeSecurityMaster:
    """Implements `mbats.secmaster.repository.SecurityMaster`; `revisions` holds (key, time, old row)."""

    def __init__(self) -> None:
        self._held: dict[BarKey, _Held] = {}
        self._series: dict[str, pa.Table] = {}
        self._instruments = dict(known_instruments())
        self.revisions: list[tuple[BarKey, int, tuple[Any, ...]]] = []
        self.sources: list[IngestionSource] = []

    def instruments(self) -> dict[str, Instrument]:
        return dict(self._instruments)

    def ingest(
        self,
        batches: Sequence[BarBatch],
        source: IngestionSource,
        progress: Callable[[int], None] | None = None,
    ) -> list[IngestionCount]:
        run = uuid4()
        self.sources.append(source)
        counts = []
        for batch in batches:
            self._instruments.setdefault(batch.bars.instrument.symbol, batch.bars.instrument)
            counts.append(self._store(batch, run))
            if progress:
                progress(len(batch.bars))
        return counts

    def _store(self, batch: BarBatch, run: Any) -> IngestionCount:
        held = self._held.setdefault(batch.key, _Held(batch.bars))
        inserted = revised = unchanged = 0
        for time, row, flag in zip(batch.bars.time.tolist(), _rows(batch), batch.flags.tolist(), strict=True):
            old = held.rows.get(time)
            inserted += old is None
            unchanged += old == row
            if old is not None and old != row:
                revised += 1
                self.revisions.append((batch.key, time, old))
            held.rows[time], held.flags[time] = row, flag
        flagged = int(np.count_nonzero(batch.flags))
        return IngestionCount(batch.key, run, len(batch.bars), inserted, revised, unchanged, flagged)

    def bars(self, key: BarKey, start: int | None = None, end: int | None = None) -> Bars:
        if key not in self._held:
            raise UnknownBars(key=key)
        held = self._held[key]
        complete = [(time, row) for time, row in sorted(held.rows.items()) if row[-1]]
        chosen = [(t, row) for t, row in complete if (start is None or t >= start) and (end is None or t < end)]
        time = np.array([t for t, _ in chosen], dtype=np.int64)
        columns = [np.array([row[n] for _, row in chosen], dtype=np.float64) for n in range(13)]
        bid, ask = Quotes(*columns[4:8]), Quotes(*columns[8:12])
        return replace(
            held.bars,
            time=time,
            known_at=np.array([row[13] for _, row in chosen], dtype=np.int64),
            mid=Quotes(*columns[:4]),
            bid=None if np.isnan(bid.open).any() else bid,
            ask=None if np.isnan(ask.open).any() else ask,
            volume=columns[12],
        )

    def holdings(self) -> list[Holding]:
        return [
            Holding(
                key=key,
                rows=len(held.rows),
                first=_moment(min(held.rows)),
                last=_moment(max(held.rows)),
                flagged=sum(1 for flag in held.flags.values() if flag),
                synthetic=held.bars.synthetic,
            )
            for key, held in sorted(self._held.items(), key=lambda item: item[0])
        ]

    def ingest_series(self, name: str, table: pa.Table, source: IngestionSource) -> IngestionCount:
        old = {_times(row): row for row in self._series[name].to_pylist()} if name in self._series else {}
        new = {_times(row): row for row in table.to_pylist()}
        if len(new) < table.num_rows:
            raise AmbiguousSeriesRow(name=name, count=2, time="?", known_at="?")
        self.sources.append(source)
        inserted = len(new.keys() - old.keys())
        unchanged = sum(1 for times, row in new.items() if old.get(times) == row)
        revised = len(new) - inserted - unchanged
        rows = sorted((old | new).values(), key=lambda row: (row["known_at"], row["time"]))
        self._series[name] = pa.Table.from_pylist(rows, schema=table.schema)
        return IngestionCount(name, uuid4(), table.num_rows, inserted, revised, unchanged, 0)

    def series(self, name: str) -> pa.Table:
        if name not in self._series:
            raise UnknownSeries(name=name, known=", ".join(self._series))
        return self._series[name]

    def series_holdings(self) -> list[SeriesHolding]:
        return [
            SeriesHolding(
                name=name,
                columns=tuple(column for column in table.column_names if column not in {"time", "known_at"}),
                rows=table.num_rows,
                first=min(table["time"].to_pylist()),
                last=max(table["time"].to_pylist()),
            )
            for name, table in sorted(self._series.items())
        ]


def _rows(batch: BarBatch) -> list[tuple[Any, ...]]:
    bars = batch.bars
    absent = np.full(len(bars), np.nan)
    sides = [
        getattr(side, price) if side is not None else absent
        for side in (bars.mid, bars.bid, bars.ask)
        for price in _PRICES
    ]
    complete = np.ones(len(bars), dtype=np.int16) if batch.complete is None else batch.complete
    columns = [*sides, bars.volume, bars.known_at, complete]
    return list(zip(*(map(_none_for_nan, column.tolist()) for column in columns), strict=True))


def _none_for_nan(value: Any) -> Any:
    """Equal rows must compare equal, and NaN differs from itself."""
    return None if isinstance(value, float) and isnan(value) else value


def _times(row: dict[str, Any]) -> tuple[Any, Any]:
    return row["time"], row["known_at"]


def _moment(time: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=time // 1_000)
