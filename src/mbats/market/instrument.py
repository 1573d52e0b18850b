from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum


class AssetClass(StrEnum):
    """What an instrument is a claim on."""

    FX = "fx"
    EQUITY = "equity"


@dataclass(frozen=True, slots=True)
class Instrument:
    """Something that trades, with the precision its venue accepts.

    Attributes
    ----------
    symbol
        Name in the securities master, ``EUR_USD`` or ``AAPL``.
    base, quote
        Currencies: one unit of `base` costs so many of `quote`. An equity's base is its own symbol.
    pip, tick
        Conventional unit of a price move and smallest price step, in quote currency.
    lot
        Smallest step of an order's size, in units.
    margin_rate
        Share of a position's value that the venue blocks (0.02 is a leverage of 50).
    venue_symbols
        What each venue or vendor calls it.
    """

    symbol: str
    asset_class: AssetClass
    base: str
    quote: str
    pip: Decimal
    tick: Decimal
    lot: Decimal = Decimal(1)
    margin_rate: Decimal = Decimal("0.05")
    exchange: str = "OTC"
    venue_symbols: dict[str, str] = field(default_factory=dict, compare=False)

    def round_price(self, price: float) -> float:
        """Round to the tick, halves to even, and return the nearest float."""
        steps = (Decimal(repr(price)) / self.tick).quantize(Decimal(1), rounding=ROUND_HALF_EVEN)
        return float(steps * self.tick)
