"""Immutable, content-addressed exports: what research reads and a run names."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from mbats.errors.snapshot import SnapshotMissing, SnapshotUnclear
from mbats.market.bars import Bars
from mbats.market.instrument import AssetClass, Instrument
from mbats.market.timeframe import Alignment, Timeframe
from mbats.secmaster import parquet
from mbats.secmaster.content_address import address, identities, verified, written

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

    from mbats.secmaster.object_store import ObjectStore

_FORMAT = 1
_MANIFESTS = "snapshots/"
_TABLES = "tables/"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A frozen set of bars and series, found again by its `id`.

    The id is the SHA-256 of the manifest, which holds the SHA-256 of every table: the same data gives the same id on
    any machine and any day, and no byte can change without the id changing.
    """

    id: str
    manifest: Mapping[str, Any]
    store: ObjectStore

    @property
    def symbols(self) -> tuple[str, ...]:
        """Instruments in the order in which the snapshot was asked for."""
        return tuple(part["instrument"]["symbol"] for part in self.manifest["bars"])

    @property
    def rows(self) -> int:
        """Number of bars."""
        return sum(part["rows"] for part in self.manifest["bars"])

    @property
    def synthetic(self) -> bool:
        """Whether any of the bars was generated."""
        return any(part["synthetic"] for part in self.manifest["bars"])

    @property
    def series_names(self) -> tuple[str, ...]:
        """Series that were frozen with the bars."""
        return tuple(part["name"] for part in self.manifest["series"])

    def bars(self, symbol: str) -> Bars:
        """Read and verify the bars of one instrument; raises `ObjectDamaged` when a byte has changed."""
        part = next(part for part in self.manifest["bars"] if part["instrument"]["symbol"] == symbol)
        columns = parquet.bar_columns(verified(self.store, _TABLES + part["file"], part["file"]))
        return Bars(
            instrument=_instrument(part["instrument"]),
            timeframe=Timeframe(part["timeframe"]),
            vendor=part["vendor"],
            alignment=Alignment(part["alignment"]),
            synthetic=part["synthetic"],
            **columns,
        )

    def market(self) -> dict[str, Bars]:
        """Read and verify the bars of all instruments."""
        return {symbol: self.bars(symbol) for symbol in self.symbols}

    def series(self, name: str) -> pa.Table:
        """Read and verify a series: columns `time`, `known_at` and its own."""
        part = next(part for part in self.manifest["series"] if part["name"] == name)
        return parquet.table(verified(self.store, _TABLES + part["file"], part["file"]))


def take(store: ObjectStore, market: Mapping[str, Bars], series: Mapping[str, pa.Table] | None = None) -> Snapshot:
    """Freeze bars and series in `store`; the manifest is written last, so a snapshot is there whole or not at all."""
    manifest = {
        "format": _FORMAT,
        "bars": [_describe(bars) | _put(store, parquet.of_bars(bars)) for bars in market.values()],
        "series": [
            {"name": name, "rows": table.num_rows} | _put(store, parquet.of_table(table))
            for name, table in sorted((series or {}).items())
        ],
        "created_by": parquet.writer(),
    }
    content = written(manifest)
    identity = address(content)
    store.put(f"{_MANIFESTS}{identity}.json", content)
    return Snapshot(identity, manifest, store)


def open_snapshot(store: ObjectStore, prefix: str) -> Snapshot:
    """Return the snapshot whose id begins with `prefix`.

    Raises
    ------
    SnapshotMissing, SnapshotUnclear
        None or several begin so.
    ObjectDamaged
        The manifest is not what was stored.
    """
    found = identities(store, _MANIFESTS, prefix)
    if not found:
        raise SnapshotMissing(prefix=prefix)
    if len(found) > 1:
        raise SnapshotUnclear(count=len(found), prefix=prefix, known=", ".join(name[:16] for name in found[:5]))
    content = verified(store, f"{_MANIFESTS}{found[0]}.json", found[0])
    return Snapshot(found[0], json.loads(content), store)


def _put(store: ObjectStore, content: bytes) -> dict[str, str]:
    digest = address(content)
    store.put(_TABLES + digest, content)
    return {"file": digest}


def _describe(bars: Bars) -> dict[str, Any]:
    instrument = bars.instrument
    return {
        "instrument": {
            "symbol": instrument.symbol,
            "asset_class": instrument.asset_class,
            "base": instrument.base,
            "quote": instrument.quote,
            "pip": str(instrument.pip),
            "tick": str(instrument.tick),
            "lot": str(instrument.lot),
            "margin_rate": str(instrument.margin_rate),
            "exchange": instrument.exchange,
            "venue_symbols": dict(instrument.venue_symbols),
        },
        "vendor": bars.vendor,
        "timeframe": bars.timeframe.name,
        "alignment": bars.alignment,
        "synthetic": bars.synthetic,
        "rows": len(bars),
        "first": int(bars.time[0]) if len(bars) else None,
        "last": int(bars.time[-1]) if len(bars) else None,
    }


def _instrument(facts: Mapping[str, Any]) -> Instrument:
    numbers = {name: Decimal(facts[name]) for name in ("pip", "tick", "lot", "margin_rate")}
    return Instrument(**{**facts, **numbers, "asset_class": AssetClass(facts["asset_class"])})
