"""How many units a position gets: what simulators do with `Sizing`, on the session's own book."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from mbats.portfolio.sizing import FixedUnits, PercentRisk, Situation, whole_lots
from mbats.portfolio.volatility import annualised_volatility

if TYPE_CHECKING:
    from mbats.live.view import View
    from mbats.portfolio.sizing import Sizing


def sized_units(view: View, symbol: str, sizing: Sizing, distance: float, hint: float) -> float:
    """Return unsigned units in whole lots.

    Parameters
    ----------
    distance
        Of the stop that protects the position, NaN without.
    hint
        Multiplies what the rule says.
    """
    lot = float(view.bars(symbol).instrument.lot)
    return whole_lots(full_units(view, symbol, sizing, distance) * hint, lot)


def full_units(view: View, symbol: str, sizing: Sizing, distance: float = math.nan) -> float:
    """Return what the rule says, before rounding to the lot."""
    bars = view.bars(symbol)
    # The two rules that do not look at it need not wait for it: it reads all bars.
    quick = isinstance(sizing, FixedUnits | PercentRisk)
    volatility = math.nan if quick else float(annualised_volatility(bars)[-1])
    nav = 0.0 if isinstance(sizing, FixedUnits) else view.nav
    close = float(bars.close[-1])
    return sizing.units(Situation(bars.instrument, close, view.rate(symbol), nav, distance, volatility))
