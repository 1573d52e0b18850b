"""What an operator does to prices and to trading."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from mbats.errors.exchange_admin import NoPriceYet
from mbats.exchange.admin.state import instrument_state

if TYPE_CHECKING:
    from typing import Any

    from mbats.exchange.admin.body import Body
    from mbats.exchange.venue import Venue

_TEN = Decimal(10)


class MarketDesk:
    """Gaps, halts and thin liquidity, on one venue; each method answers with the instruments as they are then."""

    def __init__(self, venue: Venue) -> None:
        self._venue = venue

    async def gap(self, body: Body) -> dict[str, Any]:
        """Let an instrument jump by `pips` or to a mid `price` and stay that far from its tape; neither: go back."""
        symbol = body.text("instrument", self._venue.symbols)
        shift = self._venue.ticker.shifts.get(symbol, Decimal(0))
        if body.has("pips"):
            terms = self._venue.exchange.instrument(symbol)
            shift += body.decimal("pips") * _TEN**terms.pip_location
        elif body.has("price"):
            shift += body.decimal("price") - self._mid(symbol)
        else:
            shift = Decimal(0)
        await self._venue.shift(symbol, shift)
        return self._told([symbol])

    async def halt(self, body: Body) -> dict[str, Any]:
        """Halt `instruments`, all where none are named, until they are resumed."""
        symbols = body.texts("instruments", self._venue.symbols)
        await self._venue.halt(symbols)
        return self._told(symbols)

    async def resume(self, body: Body) -> dict[str, Any]:
        """Let halted `instruments` trade again, at the price where their tape is by now."""
        symbols = body.texts("instruments", self._venue.symbols)
        await self._venue.resume(symbols)
        return self._told(symbols)

    async def liquidity(self, body: Body) -> dict[str, Any]:
        """Let a fill take at most so many `units` of an instrument; null: as many as are asked for."""
        symbol = body.text("instrument", self._venue.symbols)
        units = body.decimal("units") if body.has("units") else None
        await self._venue.do(lambda exchange: exchange.liquidity(symbol, units))
        self._venue.save()
        return self._told([symbol])

    def _mid(self, symbol: str) -> Decimal:
        quote = self._venue.exchange.quote(symbol)
        if quote is None:
            raise NoPriceYet(symbol=symbol)
        return quote.mid

    def _told(self, symbols: list[str]) -> dict[str, Any]:
        return {"instruments": [instrument_state(self._venue, symbol) for symbol in symbols]}
