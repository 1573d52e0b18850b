from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mbats.market.timeframe import Alignment, Timeframe

if TYPE_CHECKING:
    from mbats.market.columns import FloatColumn, IntColumn, TimeColumn
    from mbats.market.instrument import Instrument


@dataclass(frozen=True, slots=True)
class Quotes:
    """Open, high, low and close of one side of the market; each of shape (n,), in quote currency."""

    open: FloatColumn
    high: FloatColumn
    low: FloatColumn
    close: FloatColumn

    def rows(self, rows: slice | IntColumn) -> Quotes:
        """Return the chosen rows: a slice as views, row numbers as copies."""
        return Quotes(self.open[rows], self.high[rows], self.low[rows], self.close[rows])


@dataclass(frozen=True, slots=True)
class Bars:
    """Complete bars of one instrument and timeframe, one row a bar, ordered by opening time.

    Attributes
    ----------
    time
        Opening time of each bar, int64 nanoseconds UTC, strictly increasing. A missing bar is a hole, never invented.
    known_at
        When each bar may first be used: its close by the calendar, int64 nanoseconds UTC.
    mid
        Mid prices for FX, trade prices for equities.
    bid, ask
        Both sides where the venue gave them, else None.
    volume
        Units traded, shape (n,); zeros where the venue tells none.
    vendor
        Who made the bars. `synthetic` bars are generated and marked so wherever they are shown.
    """

    instrument: Instrument
    timeframe: Timeframe
    time: TimeColumn
    known_at: TimeColumn
    mid: Quotes
    volume: FloatColumn
    bid: Quotes | None = None
    ask: Quotes | None = None
    vendor: str = ""
    alignment: Alignment = Alignment.NEW_YORK_17
    synthetic: bool = False

    def __len__(self) -> int:
        return len(self.time)

    @property
    def open(self) -> FloatColumn:
        """Mid opens."""
        return self.mid.open

    @property
    def high(self) -> FloatColumn:
        """Mid highs."""
        return self.mid.high

    @property
    def low(self) -> FloatColumn:
        """Mid lows."""
        return self.mid.low

    @property
    def close(self) -> FloatColumn:
        """Mid closes."""
        return self.mid.close

    def rows(self, start: int, stop: int) -> Bars:
        """Return the bars ``start <= row < stop``, as views."""
        chosen = slice(start, stop)
        return Bars(
            self.instrument,
            self.timeframe,
            self.time[chosen],
            self.known_at[chosen],
            self.mid.rows(chosen),
            self.volume[chosen],
            self.bid.rows(chosen) if self.bid else None,
            self.ask.rows(chosen) if self.ask else None,
            self.vendor,
            self.alignment,
            self.synthetic,
        )

    def between(self, start: int, end: int) -> Bars:
        """Return the bars that open in ``[start, end)``, nanoseconds UTC."""
        first, last = np.searchsorted(self.time, [start, end], side="left")
        return self.rows(int(first), int(last))
