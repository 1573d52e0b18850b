"""What a run costs and what its driver and its loops say to each other, as plain numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mbats.market.calendar import rollovers
from mbats.market.fx_week import dates
from mbats.simulation.kernel.columns import joined

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from mbats.execution.costs import Costs
    from mbats.execution.financing import FinancingRates
    from mbats.market.bars import Bars
    from mbats.market.columns import FloatColumn, TimeColumn
    from mbats.market.instrument import Instrument

DONE, ROOM, PAUSE, FAILED, FULL = 0, 1, 2, 3, 4
"""A loop ended; or wants room for more events, or shows how far it is, to be called again; or misses a rate; or wants
room for more lots or orders, which who runs it gives."""


class Terms(NamedTuple):
    """Costs that are one number for all instruments; `fraction` and `per_unit` are those of `Commission`."""

    markup: float
    fraction: float
    per_unit: float


class Financing(NamedTuple):
    """The ends of trading days and what holding over them costs.

    Attributes
    ----------
    ends
        Nanoseconds UTC, shape (k,).
    long_rate, short_rate, days
        Shape (m, k), one row an instrument; NaN where no rate is known.
    """

    ends: TimeColumn
    long_rate: FloatColumn
    short_rate: FloatColumn
    days: FloatColumn


def lowered_terms(costs: Costs) -> Terms:
    """Return the plain numbers of `costs`."""
    return Terms(float(costs.conversion_markup), float(costs.commission.fraction), float(costs.commission.per_unit))


def lowered_financing(rates: FinancingRates | None, bars: Sequence[Bars]) -> Financing:
    """Return the ends of trading days that `bars` span; none where financing is not modelled."""
    if rates is None:
        nothing = np.empty((len(bars), 0))
        return Financing(joined([], np.int64), *(joined([nothing], np.float64) for _ in range(3)))
    ends = rollovers(min(int(one.time[0]) for one in bars) - 1, max(int(one.known_at[-1]) for one in bars))
    days: list[date] = dates(ends).tolist()
    table = np.array([_charges(rates, one.instrument, ends, days) for one in bars])
    return Financing(joined([ends], np.int64), *(joined([table[:, :, k]], np.float64) for k in range(3)))


def _charges(rates: FinancingRates, terms: Instrument, ends: TimeColumn, days: Sequence[date]) -> FloatColumn:
    """Return long rate, short rate and days at each end, shape (k, 3)."""
    charges = np.full((len(ends), 3), np.nan)
    for row, (end, day) in enumerate(zip(ends.tolist(), days, strict=True)):
        if (found := rates.rates_at(terms.symbol, end)) is not None:
            charges[row] = *found, rates.days(terms, day)
    return charges
