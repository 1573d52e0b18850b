from __future__ import annotations

from typing import TYPE_CHECKING

from mbats.adapters.oanda.candles import MOST

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mbats.adapters.oanda.venue import OandaVenue
    from mbats.market.instrument import Instrument
    from mbats.market.timeframe import Timeframe
    from mbats.secmaster.bar_table import BarTable


class OandaSource:
    """Implements `mbats.pipelines.download.source.BarSource`."""

    page_bars = MOST - 1
    """One less than an answer holds: nobody measured whether a range counts both its ends."""

    def __init__(self, venue: OandaVenue, *, synthetic: bool = False) -> None:
        self._venue = venue
        self.synthetic = synthetic
        """Whether the bars are generated; a paper exchange may replay anything."""

    @property
    def vendor(self) -> str:
        """Under whose name the bars are stored: ``oanda`` or ``paper``."""
        return self._venue.client.access.vendor

    async def now(self) -> int:
        """Return the venue's present moment, nanoseconds UTC."""
        return await self._venue.time()

    async def instruments(self, symbols: Sequence[str]) -> Mapping[str, Instrument]:
        """Return the instruments of these names; raises UnknownVenueInstrument."""
        return await self._venue.instruments.named(symbols)

    async def first(self, symbol: str, timeframe: Timeframe, start: int) -> int | None:
        """Return when the first complete bar at or after `start` opens, None where there is none yet."""
        table = (await self._venue.candles.from_on(symbol, timeframe, start, count=2)).table
        return next((time for time in table.time.tolist() if time >= start), None)

    async def page(self, symbol: str, timeframe: Timeframe, start: int, end: int | None) -> BarTable:
        """Return the complete bars that open in ``[start, end)``; None: up to the newest."""
        candles = self._venue.candles
        if end is None:
            page = await candles.from_on(symbol, timeframe, start)
        else:
            page = await candles.between(symbol, timeframe, start, end)
        return page.table.opening_in(start, end)
