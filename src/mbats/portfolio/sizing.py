from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from mbats.errors.sizing import SizeOutOfBounds

if TYPE_CHECKING:
    from mbats.market.instrument import Instrument


@dataclass(frozen=True, slots=True)
class Situation:
    """What sizing may look at, at the close of the bar decided on.

    Attributes
    ----------
    price
        Mid close, in quote currency.
    rate
        Account currency per unit of quote currency.
    nav
        Net asset value in account currency.
    stop_distance
        Distance of the protective stop in price units, of the tighter one where it also trails; NaN without a stop.
    volatility
        Annualised volatility of the instrument's returns up to this bar; NaN while unknown.
    """

    instrument: Instrument
    price: float
    rate: float
    nav: float
    stop_distance: float = math.nan
    volatility: float = math.nan


class Sizing(Protocol):
    """How many units a full-size position has."""

    def units(self, situation: Situation) -> float:
        """Return unsigned units before rounding to the lot; 0 or NaN: no trade."""
        ...


@dataclass(frozen=True, slots=True)
class FixedUnits:
    """The same number of units each time."""

    size: float = 1_000.0

    def __post_init__(self) -> None:
        _bounded(self, "size", self.size)

    def units(self, situation: Situation) -> float:  # noqa: ARG002 - the port's form
        """Return the fixed size."""
        return self.size


@dataclass(frozen=True, slots=True)
class PercentRisk:
    """Lose `percent` of the net asset value if the stop is hit at its price."""

    percent: float = 0.25

    def __post_init__(self) -> None:
        _bounded(self, "percent", self.percent, 100.0)

    def units(self, situation: Situation) -> float:
        """Return ``nav * percent / 100 / (stop_distance * rate)``; 0 without a stop."""
        return affordable_units(situation.nav * self.percent / 100, situation.stop_distance * situation.rate)


@dataclass(frozen=True, slots=True)
class VolatilityTarget:
    """Hold the position whose yearly volatility is `percent` of the net asset value."""

    percent: float = 10.0

    def __post_init__(self) -> None:
        _bounded(self, "percent", self.percent)

    def units(self, situation: Situation) -> float:
        """Return ``nav * percent / 100 / (volatility * price * rate)``; 0 while the volatility is unknown."""
        a_unit = situation.volatility * situation.price * situation.rate
        return affordable_units(situation.nav * self.percent / 100, a_unit)


_ALL_WHOLE = 2.0**53


def _bounded(rule: Sizing, field: str, value: float, most: float = math.inf) -> None:
    if not (0 < value <= most and math.isfinite(value)):
        bounds = "a number above zero" if math.isinf(most) else f"a number above zero and at most {most:g}"
        raise SizeOutOfBounds(rule=type(rule).__name__, field=field, value=value, bounds=bounds)


def affordable_units(money: float, a_unit: float) -> float:
    """Return the units that `money` is good for; nothing where either is not above zero."""
    return money / a_unit if money > 0 and a_unit > 0 else 0.0


def whole_lots(units: float, lot: float) -> float:
    """Round towards zero to a whole number of lots; NaN and infinity become 0."""
    if not math.isfinite(units):
        return 0.0
    lots = abs(units) / lot + 1e-9
    return math.copysign((math.floor(lots) if lots < _ALL_WHOLE else lots) * lot, units)
