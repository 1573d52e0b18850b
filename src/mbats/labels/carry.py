from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mbats.execution.financing import charge
from mbats.market.calendar import rollovers
from mbats.market.fx_week import dates

if TYPE_CHECKING:
    from mbats.execution.financing import FinancingRates
    from mbats.execution.sides import Sides
    from mbats.market.bars import Bars
    from mbats.market.columns import FloatColumn


def carry(bars: Bars, sides: Sides, rates: FinancingRates | None) -> tuple[FloatColumn, FloatColumn]:
    """Return what a unit, long and short, was charged from the first bar to the fills in each bar; shape (n,) each.

    A position that opens in bar i and is left in bar j pays ``carry[j] - carry[i]``, in quote currency; below zero is
    paid. The end of a day is charged at the mid of the moment, as simulated: inside a bar at its close, if the position
    is still there by then; between two bars at the close before; and where a bar opens at its open.
    """
    steps = np.zeros((2, len(bars) + 1))
    if rates is not None and len(bars):
        ends = rollovers(int(bars.time[0]) - 1, int(bars.known_at[-1]) - 1)
        for end, day in zip(ends.tolist(), dates(ends).tolist(), strict=True):
            if (found := rates.rates_at(bars.instrument.symbol, end)) is not None:
                bar, mid, days = *_charged(bars, sides, end), rates.days(bars.instrument, day)
                steps[:, bar] += [charge(side, mid, *found, days) for side in (1.0, -1.0)]
    long, short = np.cumsum(steps[:, :-1], axis=1)
    return long, short


def _charged(bars: Bars, sides: Sides, end: int) -> tuple[int, float]:
    """Return from the fills of which bar on a day's end is charged, and the mid at which."""
    bar = int(np.searchsorted(bars.known_at, end, side="right"))
    if bars.time[bar] < end:
        return bar + 1, (sides.bid.close[bar] + sides.ask.close[bar]) / 2
    if bars.time[bar] == end:
        return bar, (sides.bid.open[bar] + sides.ask.open[bar]) / 2
    return bar, (sides.bid.close[bar - 1] + sides.ask.close[bar - 1]) / 2
