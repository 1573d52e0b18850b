from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from mbats.errors.data import FilesOverlap, SidesApart
from mbats.market.bars import Quotes
from mbats.secmaster.moments import moment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mbats.market.columns import FlagColumn, FloatColumn, IntColumn, TimeColumn
    from mbats.market.timeframe import Alignment, Timeframe


@dataclass(frozen=True, slots=True)
class BarTable:
    """Bars as a file holds them, before anybody judged them.

    Attributes
    ----------
    file
        What errors call the file.
    rows
        Number of each row in the file, shape (n,): lines of a text file count from 1 with the header, rows of a
        Parquet file count from 1.
    time
        Opening times, int64 nanoseconds UTC, in the file's order.
    price
        Mid or trade prices, or the only side that the file has; None where it has bid and ask alone.
    alignment
        What the file or the caller says about the start of the day; None: to be told from the times.
    side
        ``bid`` or ``ask`` where `price` is that side alone, else empty.
    complete
        False where the vendor says that the bar was still forming; None: it says nothing.
    equity
        Whether the file can only hold shares.
    """

    file: str
    symbol: str
    vendor: str
    timeframe: Timeframe
    rows: IntColumn
    time: TimeColumn
    volume: FloatColumn
    price: Quotes | None = None
    bid: Quotes | None = None
    ask: Quotes | None = None
    alignment: Alignment | None = None
    side: str = ""
    complete: FlagColumn | None = None
    equity: bool = False

    def __len__(self) -> int:
        return len(self.time)

    def opening_in(self, start: int, end: int | None) -> BarTable:
        """Return the rows that open in ``[start, end)``, nanoseconds UTC; None: an open end."""
        rows = np.flatnonzero((self.time >= start) & (self.time < (2**63 - 1 if end is None else end)))
        return replace(
            self,
            rows=self.rows[rows],
            time=self.time[rows],
            volume=self.volume[rows],
            price=self.price.rows(rows) if self.price else None,
            bid=self.bid.rows(rows) if self.bid else None,
            ask=self.ask.rows(rows) if self.ask else None,
            complete=None if self.complete is None else self.complete[rows],
        )

    def quotes(self) -> Iterator[tuple[str, Quotes]]:
        """Yield each set of prices with the prefix of its columns."""
        for prefix, quotes in (("", self.price), ("bid_", self.bid), ("ask_", self.ask)):
            if quotes is not None:
                yield prefix, quotes


def join(tables: list[BarTable]) -> BarTable:
    """Return the bars of several files of one side as one table, ordered by time.

    Raises
    ------
    FilesOverlap
        Two files hold the same bar.
    """
    ordered = sorted(tables, key=lambda table: int(table.time[0]))
    for one, other in pairwise(ordered):
        if one.time[-1] >= other.time[0]:
            time = moment(max(int(one.time[0]), int(other.time[0])))
            raise FilesOverlap(file=one.file, other=other.file, key=f"{one.symbol} {one.timeframe}", time=time)
    if len(ordered) == 1:
        return ordered[0]
    return replace(
        ordered[0],
        file=f"{ordered[0].file} and {len(ordered) - 1} more",
        rows=np.concatenate([table.rows for table in ordered]),
        time=np.concatenate([table.time for table in ordered]),
        volume=np.concatenate([table.volume for table in ordered]),
        price=_stacked([table.price for table in ordered]),
        bid=_stacked([table.bid for table in ordered]),
        ask=_stacked([table.ask for table in ordered]),
        complete=_all_complete(ordered),
    )


def pair_sides(bid: BarTable, ask: BarTable) -> BarTable:
    """Return one table of the bars that both sides have; volumes add up."""
    _, left, right = np.intersect1d(bid.time, ask.time, assume_unique=True, return_indices=True)
    if not len(left):
        raise SidesApart(file=bid.file, other=ask.file)
    assert bid.price is not None
    assert ask.price is not None
    return replace(
        bid,
        file=f"{bid.file} + {ask.file}",
        rows=bid.rows[left],
        time=bid.time[left],
        volume=bid.volume[left] + ask.volume[right],
        price=None,
        bid=bid.price.rows(left),
        ask=ask.price.rows(right),
        side="",
        complete=None,
    )


def mid(bid: Quotes, ask: Quotes) -> Quotes:
    """Return the mean of the two sides, price by price; every mid price in the master that has sides is made so."""
    names = ("open", "high", "low", "close")
    return Quotes(*((getattr(bid, name) + getattr(ask, name)) / 2 for name in names))


def _stacked(parts: list[Quotes | None]) -> Quotes | None:
    present = [part for part in parts if part is not None]
    if len(present) < len(parts):
        return None
    columns = zip(*((part.open, part.high, part.low, part.close) for part in present), strict=True)
    return Quotes(*(np.concatenate(column) for column in columns))


def _all_complete(tables: list[BarTable]) -> FlagColumn | None:
    if all(table.complete is None for table in tables):
        return None
    return np.concatenate([np.ones(len(table), bool) if table.complete is None else table.complete for table in tables])
