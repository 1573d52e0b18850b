from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from uuid import UUID

    import pyarrow as pa

    from mbats.market.bars import Bars
    from mbats.market.columns import CodeColumn
    from mbats.market.instrument import Instrument
    from mbats.secmaster.keys import BarKey


@dataclass(frozen=True, slots=True)
class BarBatch:
    """Validated bars on their way into the master, and the flags of their suspicious rows (shape (n,))."""

    key: BarKey
    bars: Bars
    flags: CodeColumn
    complete: CodeColumn | None = None


@dataclass(frozen=True, slots=True)
class IngestionSource:
    """Where an ingestion run takes its rows from: a file or a download, and the digest of what was read."""

    name: str
    digest: str
    command: str = ""


@dataclass(frozen=True, slots=True)
class IngestionCount:
    """What an ingestion did to one set of bars (or series)."""

    key: BarKey | str
    run: UUID
    read: int
    inserted: int
    revised: int
    unchanged: int
    flagged: int


@dataclass(frozen=True, slots=True)
class Holding:
    """One set of bars that the master has."""

    key: BarKey
    rows: int
    first: datetime
    last: datetime
    flagged: int
    synthetic: bool


@dataclass(frozen=True, slots=True)
class SeriesHolding:
    """One point-in-time series that the master has."""

    name: str
    columns: tuple[str, ...]
    rows: int
    first: datetime
    last: datetime


class SecurityMaster(Protocol):
    """The port to the system of record for instruments, bars and series."""

    def instruments(self) -> dict[str, Instrument]:
        """Return all instruments by symbol."""
        ...

    def ingest(
        self,
        batches: Sequence[BarBatch],
        source: IngestionSource,
        progress: Callable[[int], None] | None = None,
    ) -> list[IngestionCount]:
        """Insert or revise the bars of all batches in one transaction; the instruments must be known or are added.

        `progress` is called with the number of bars just written.

        A row that is already there with the same values is left alone; a changed one is updated and the old one
        kept as a revision with the run that replaced it.
        """
        ...

    def bars(self, key: BarKey, start: int | None = None, end: int | None = None) -> Bars:
        """Return the complete bars of `key` that open in ``[start, end)`` (nanoseconds UTC; None: open end)."""
        ...

    def holdings(self) -> list[Holding]:
        """Return what sets of bars there are, ordered by key."""
        ...

    def ingest_series(self, name: str, table: pa.Table, source: IngestionSource) -> IngestionCount:
        """Insert or revise the rows of a series: columns `time`, `known_at` (both UTC) and any others."""
        ...

    def series(self, name: str) -> pa.Table:
        """Return a series ordered by `known_at`, then `time`."""
        ...

    def series_holdings(self) -> list[SeriesHolding]:
        """Return what series there are, ordered by name."""
        ...
