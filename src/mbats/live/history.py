"""The bars that a session has seen, growing at their end."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mbats.market.bars import Bars, Quotes
from mbats.market.calendar import known_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mbats.market.instrument import Instrument
    from mbats.market.timeframe import Timeframe

_ROOM = 1_024
Four = tuple[float, float, float, float]


class Bar(NamedTuple):
    """One complete bar: open, high, low and close of mid, bid and ask; the sides are None where the venue gave none."""

    time: int
    mid: Four
    bid: Four | None = None
    ask: Four | None = None
    volume: float = 0.0


class History:
    """The bars of several instruments, in the order in which simulators treat them."""

    def __init__(self, instruments: Mapping[str, Instrument], timeframe: Timeframe, vendor: str = "") -> None:
        self.timeframe = timeframe
        self._columns = {symbol: _Columns(terms, timeframe, vendor) for symbol, terms in instruments.items()}

    @property
    def symbols(self) -> tuple[str, ...]:
        """All instruments, in order."""
        return tuple(self._columns)

    def add(self, symbol: str, bars: Sequence[Bar]) -> None:
        """Append bars that are newer than all before; older ones came too late and are left out."""
        self._columns[symbol].add(bars)

    def bars(self, symbol: str, until: int | None = None) -> Bars:
        """Return the bars of an instrument that opened at or before `until`, as views."""
        return self._columns[symbol].bars(until)

    def on_tick(self, symbol: str, price: Decimal) -> Decimal:
        """Return a price as the venue will have it: rounded to the instrument's step, halves to even."""
        return price.quantize(self._columns[symbol].terms.tick, ROUND_HALF_EVEN)

    def last(self, symbol: str) -> int | None:
        """Return when the newest bar opened."""
        return self._columns[symbol].last()

    def since(self, symbol: str, time: int | None) -> Sequence[int]:
        """Return the opening times of the bars after `time`."""
        return self._columns[symbol].since(time)


class _Columns:
    def __init__(self, terms: Instrument, timeframe: Timeframe, vendor: str) -> None:
        self.terms, self._timeframe, self._vendor = terms, timeframe, vendor
        self._time = np.empty((2, _ROOM), np.int64)
        self._prices = np.empty((13, _ROOM))
        self._used, self._sided = 0, True

    def add(self, bars: Sequence[Bar]) -> None:
        newest = self.last()
        fresh = [bar for bar in bars if newest is None or bar.time > newest]
        if not fresh:
            return
        self._make_room(len(fresh))
        rows = slice(self._used, self._used + len(fresh))
        self._time[0, rows] = [bar.time for bar in fresh]
        self._time[1, rows] = known_at(
            self._time[0, rows], self._timeframe, asset_class=self.terms.asset_class, exchange=self.terms.exchange
        )
        for row, bar in enumerate(fresh, start=self._used):
            self._prices[:, row] = *bar.mid, *(bar.bid or bar.mid), *(bar.ask or bar.mid), bar.volume
            self._sided = self._sided and bar.bid is not None and bar.ask is not None
        self._used += len(fresh)

    def bars(self, until: int | None) -> Bars:
        rows = self._used if until is None else int(np.searchsorted(self._time[0, : self._used], until, side="right"))
        time, known = self._time[:, :rows]
        prices = self._prices[:, :rows]
        mid, bid, ask = (Quotes(*prices[k : k + 4]) for k in (0, 4, 8))
        sides = (bid, ask) if self._sided else (None, None)
        return Bars(self.terms, self._timeframe, time, known, mid, prices[12], sides[0], sides[1], self._vendor)

    def last(self) -> int | None:
        return int(self._time[0, self._used - 1]) if self._used else None

    def since(self, time: int | None) -> Sequence[int]:
        opens = self._time[0, : self._used]
        first = 0 if time is None else int(np.searchsorted(opens, time, side="right"))
        times: list[int] = opens[first:].tolist()
        return times

    def _make_room(self, more: int) -> None:
        room = self._time.shape[1]
        if self._used + more <= room:
            return
        room = max(2 * room, self._used + more)
        time, prices = np.empty((2, room), np.int64), np.empty((13, room))
        time[:, : self._used], prices[:, : self._used] = self._time[:, : self._used], self._prices[:, : self._used]
        self._time, self._prices = time, prices


def rows_of(bars: Bars) -> Iterator[Bar]:
    """Return bars one by one."""
    sides = [_fours(side) if side is not None else [None] * len(bars) for side in (bars.mid, bars.bid, bars.ask)]
    for time, mid, bid, ask, volume in zip(bars.time.tolist(), *sides, bars.volume.tolist(), strict=True):
        assert mid is not None
        yield Bar(time, mid, bid, ask, volume)


def _fours(side: Quotes) -> list[Four | None]:
    columns = (side.open.tolist(), side.high.tolist(), side.low.tolist(), side.close.tolist())
    return list(zip(*columns, strict=True))
