from __future__ import annotations

import array
import math
from typing import TYPE_CHECKING, Any

import backtrader as bt
import numpy as np

from mbats.simulation.kernel.backtrader_time import DAY, EPOCH, day_numbers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbats.market.bars import Bars
    from mbats.market.timeframe import Timeframe

_UNITS = {
    "S": (bt.TimeFrame.Seconds, 1),
    "M": (bt.TimeFrame.Minutes, 1),
    "H": (bt.TimeFrame.Minutes, 60),
    "D": (bt.TimeFrame.Days, 1),
    "W": (bt.TimeFrame.Weeks, 1),
}


def nanoseconds(number: float) -> int:
    """Return the moment of a Backtrader day number, to the tenth of a millisecond that its floats can hold."""
    return round((number - EPOCH) * (DAY // 100_000)) * 100_000


def timeframe_of(timeframe: Timeframe) -> tuple[int, int]:
    """Return Backtrader's name of a timeframe and its compression."""
    unit, minutes = _UNITS[timeframe.name[0]]
    return unit, minutes * int(timeframe.name[1:] or 1)


def timeframe_name(unit: int, compression: int) -> str:
    """Return our name of one of Backtrader's timeframes; what we have no name for counts as daily."""
    letter = {bt.TimeFrame.Seconds: "S", bt.TimeFrame.Minutes: "M"}.get(unit)
    if letter:
        return f"{letter}{compression}"
    return "W" if unit == bt.TimeFrame.Weeks else "D"


class BarsFeed(bt.feed.DataBase):
    """Mid prices of `Bars`, laid into Backtrader's arrays at once.

    Times of events are looked up in the bars by row (`row`), never computed back from Backtrader's floats.
    """

    params = (("bars", None),)

    def __init__(self) -> None:
        super().__init__()
        self.bars: Bars = self.p.bars
        self._columns: list[Any] = list(self.lines.lines)
        self._clockwork = self.lines.datetime

    @classmethod
    def of(cls, bars: Bars) -> BarsFeed:
        """Return a feed of `bars`, named by their symbol."""
        timeframe, compression = timeframe_of(bars.timeframe)
        make: Any = cls
        feed: BarsFeed = make(bars=bars, name=bars.instrument.symbol, timeframe=timeframe, compression=compression)
        return feed

    @property
    def row(self) -> int:
        """Row of the bar that Backtrader stands on; -1 before the first."""
        row: int = self._clockwork.lencount - 1
        return row

    @property
    def opened(self) -> int:
        """When the bar opened that Backtrader stands on, nanoseconds UTC."""
        return int(self.bars.time[self.row])

    def __len__(self) -> int:
        return self.row + 1

    def preload(self) -> None:
        """Fill every line whole."""
        for name, column in _lines(self.bars).items():
            line = getattr(self.lines, name)
            line.array = array.array("d")
            line.array.frombytes(np.ascontiguousarray(column, dtype=np.float64).tobytes())
        self.home()

    def advance(self, size: int = 1, datamaster: Any = None, ticks: bool = True) -> None:
        """Step onto the next bar, without Backtrader's detour of five calls a line."""
        if datamaster is not None:
            super().advance(size, datamaster, ticks)
            return
        for line in self._columns:
            line._idx += size
            line.lencount += size

    def advance_peek(self) -> float:
        """Return the time of the next bar, infinity after the last."""
        row = self._clockwork.lencount
        times = self._clockwork.array
        next_time: float = times[row] if row < len(times) else math.inf
        return next_time

    # A bar is its own only tick: Backtrader's per-bar copies of it are read through instead.
    def _tick_nullify(self) -> None:
        return

    def _tick_fill(self, force: bool = False) -> None:  # noqa: ARG002 - Backtrader's signature
        return


def _lines(bars: Bars) -> Mapping[str, Any]:
    return {
        "datetime": day_numbers(bars.time),
        "open": bars.open,
        "high": bars.high,
        "low": bars.low,
        "close": bars.close,
        "volume": bars.volume,
        "openinterest": np.zeros(len(bars)),
    }


def _tick(name: str) -> property:
    return property(lambda feed: getattr(feed.lines, name)[0])


for _name in ("open", "high", "low", "close", "volume", "openinterest"):
    setattr(BarsFeed, f"tick_{_name}", _tick(_name))
BarsFeed.tick_last = _tick("close")
