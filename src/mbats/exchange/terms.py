from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from mbats.market.instrument import AssetClass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbats.exchange.reply import Record
    from mbats.market.instrument import Instrument

_DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms on which the exchange trades an instrument.

    Attributes
    ----------
    pip_location, display_precision, units_precision
        A pip is ten to this power; decimal places of prices; decimal places of units.
    maximum_position_size
        0: no cap.
    long_rate, short_rate
        Financing as a fraction of the position's value a year; below zero the holder pays.
    days_of_week
        Days charged at the end of each weekday (0 is Monday); None: the days between value dates.
    """

    symbol: str
    base: str
    quote: str
    kind: str = "CURRENCY"
    pip_location: int = -4
    display_precision: int = 5
    units_precision: int = 0
    minimum_trade_size: Decimal = Decimal(1)
    maximum_order_units: Decimal = Decimal(100_000_000)
    maximum_position_size: Decimal = Decimal(0)
    margin_rate: Decimal = Decimal("0.05")
    minimum_trailing_distance: Decimal = Decimal("0.0005")
    maximum_trailing_distance: Decimal = Decimal(1)
    long_rate: Decimal = Decimal(0)
    short_rate: Decimal = Decimal(0)
    days_of_week: Mapping[int, int] | None = None
    tags: tuple[tuple[str, str], ...] = field(default=(("ASSET_CLASS", "CURRENCY"),))

    @classmethod
    def of(
        cls,
        instrument: Instrument,
        *,
        long_rate: Decimal = Decimal(0),
        short_rate: Decimal = Decimal(0),
        days_of_week: Mapping[int, int] | None = None,
    ) -> Terms:
        """Return OANDA's usual terms for an instrument: trailing stops from 5 to 10,000 pips away, no position cap."""
        fx = instrument.asset_class == AssetClass.FX
        return cls(
            symbol=instrument.symbol,
            base=instrument.base,
            quote=instrument.quote,
            kind="CURRENCY" if fx else "CFD",
            pip_location=_exponent(instrument.pip),
            display_precision=-_exponent(instrument.tick),
            units_precision=max(0, -_exponent(instrument.lot)),
            minimum_trade_size=instrument.lot,
            margin_rate=instrument.margin_rate,
            minimum_trailing_distance=instrument.pip * 5,
            maximum_trailing_distance=instrument.pip * 10_000,
            long_rate=long_rate,
            short_rate=short_rate,
            days_of_week=days_of_week,
            tags=(("ASSET_CLASS", "CURRENCY" if fx else "EQUITY"),),
        )

    @property
    def tick(self) -> Decimal:
        """The smallest step of a price."""
        return Decimal(1).scaleb(-self.display_precision)

    def price(self, price: Decimal) -> Decimal:
        """Return a price with all its decimal places."""
        return price.quantize(self.tick)

    def record(self) -> Record:
        """Return the instrument in OANDA's words."""
        return {
            "name": self.symbol,
            "type": self.kind,
            "displayName": self.symbol.replace("_", "/"),
            "pipLocation": self.pip_location,
            "displayPrecision": self.display_precision,
            "tradeUnitsPrecision": self.units_precision,
            "minimumTradeSize": self.minimum_trade_size,
            "maximumTrailingStopDistance": self.price(self.maximum_trailing_distance),
            "minimumTrailingStopDistance": self.price(self.minimum_trailing_distance),
            "maximumPositionSize": self.maximum_position_size,
            "maximumOrderUnits": self.maximum_order_units,
            "marginRate": self.margin_rate,
            "guaranteedStopLossOrderMode": "DISABLED",
            "tags": [{"type": kind, "name": name} for kind, name in self.tags],
            "financing": self._financing(),
        }

    def _financing(self) -> Record:
        # Without days of its own an instrument follows value dates; a usual week stands for them.
        days = {0: 1, 1: 1, 2: 3, 3: 1, 4: 1} if self.days_of_week is None else self.days_of_week
        week = [{"dayOfWeek": name, "daysCharged": days.get(day, 0)} for day, name in enumerate(_DAYS)]
        return {"longRate": self.long_rate, "shortRate": self.short_rate, "financingDaysOfWeek": week}


def _exponent(step: Decimal) -> int:
    return int(step.normalize().as_tuple().exponent)
