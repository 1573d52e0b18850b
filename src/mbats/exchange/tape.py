"""The port through which bars reach the exchange."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

import numpy as np

from mbats.errors.tape import BarsWithoutSides, EmptyTape, TimeframesDiffer
from mbats.exchange.tick_grid import down, on_grid, up

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbats.market.bars import Bars
    from mbats.market.instrument import Instrument
    from mbats.market.timeframe import Timeframe


class Tape(Protocol):
    """Bars of several instruments, with bid and ask, that the exchange lives through; what was told once stays so."""

    @property
    def instruments(self) -> Mapping[str, Instrument]:
        """What trades, by symbol."""
        ...

    @property
    def timeframe(self) -> Timeframe:
        """Length of the bars."""
        ...

    @property
    def synthetic(self) -> bool:
        """Whether any of it is generated."""
        ...

    @property
    def begins(self) -> int:
        """Opening of the first bar, nanoseconds UTC."""
        ...

    @property
    def ends(self) -> int | None:
        """When the last bar is over, nanoseconds UTC; None: the tape never ends."""
        ...

    def bars(self, symbol: str, until: int) -> Bars:
        """Return all bars from the beginning on that open before `until`; on an endless tape, perhaps more."""
        ...


class FixedTape:
    """A recorded or generated market, whole in memory; prices off the tick grid are rounded as quotes are.

    Raises
    ------
    EmptyTape, BarsWithoutSides, TimeframesDiffer
        Nothing can be replayed.
    """

    def __init__(self, market: Mapping[str, Bars]) -> None:
        _check(market)
        self._market = {symbol: _on_grid(bars) for symbol, bars in market.items()}
        first, *_ = self._market.values()
        self.timeframe = first.timeframe
        self.instruments = {symbol: bars.instrument for symbol, bars in self._market.items()}
        self.synthetic = any(bars.synthetic for bars in self._market.values())
        self.begins = min(int(bars.time[0]) for bars in self._market.values())
        self.ends: int | None = max(int(bars.known_at[-1]) for bars in self._market.values())

    def bars(self, symbol: str, until: int) -> Bars:
        """Return the bars of `symbol` that open before `until`."""
        bars = self._market[symbol]
        return bars.rows(0, int(np.searchsorted(bars.time, until)))


def _check(market: Mapping[str, Bars]) -> None:
    if not market:
        raise EmptyTape(symbol="anything")
    for symbol, bars in market.items():
        if not len(bars):
            raise EmptyTape(symbol=symbol)
        if bars.bid is None or bars.ask is None:
            raise BarsWithoutSides(symbol=symbol)
    if len(lengths := {str(bars.timeframe) for bars in market.values()}) > 1:
        raise TimeframesDiffer(timeframes=", ".join(sorted(lengths)))


def _on_grid(bars: Bars) -> Bars:
    assert bars.bid is not None
    assert bars.ask is not None
    tick = bars.instrument.tick
    return replace(bars, bid=on_grid(bars.bid, tick, down), ask=on_grid(bars.ask, tick, up))
