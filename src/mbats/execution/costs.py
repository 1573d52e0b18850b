from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class SpreadSource(StrEnum):
    """Where bid and ask come from."""

    QUOTED = "quoted"
    FIXED = "fixed"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Spread:
    """Distance between bid and ask.

    ``QUOTED`` takes both sides from the bars, ``FIXED`` puts half of `pips` on either side of mid, ``NONE`` trades at
    mid.
    """

    source: SpreadSource = SpreadSource.QUOTED
    pips: float = 0.0


@dataclass(frozen=True, slots=True)
class Commission:
    """Fee of a fill, in quote currency: ``|units| * price * fraction + |units| * per_unit``."""

    fraction: float = 0.0
    per_unit: float = 0.0

    def of(self, units: float, price: float) -> float:
        """Return the fee of one fill, positive, in quote currency."""
        return commission(units, price, self.fraction, self.per_unit)


def commission(units: float, price: float, fraction: float, per_unit: float) -> float:
    """Return the fee of one fill, positive, in quote currency; plain arithmetic, so that it compiles."""
    return abs(units) * fraction * price + abs(units) * per_unit


@dataclass(frozen=True, slots=True)
class Costs:
    """What trading costs; one object serves simulation, live explanation and labels.

    Attributes
    ----------
    spread, commission
        See `Spread` and `Commission`.
    slippage_pips
        Added against the trader to market and stop fills, in pips of the instrument.
    financing
        Charge dated financing rates where the run has any.
    conversion_markup
        Share of the mid rate that the venue keeps when it turns quote currency into account currency: a gain converts
        at ``mid * (1 - markup)``, a loss at ``mid * (1 + markup)``.
    """

    name: str
    spread: Spread = field(default_factory=Spread)
    commission: Commission = field(default_factory=Commission)
    slippage_pips: float = 0.0
    financing: bool = True
    conversion_markup: float = 0.005


FREE = Costs("none", Spread(SpreadSource.NONE), financing=False, conversion_markup=0.0)
OANDA_US = Costs("oanda-us")
NAMED = {costs.name: costs for costs in (FREE, OANDA_US)}
