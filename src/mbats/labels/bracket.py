from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from mbats.errors.label import LabelParameterOutOfBounds
from mbats.errors.simulation import NoQuotes
from mbats.execution.costs import SpreadSource
from mbats.execution.sides import sides_of
from mbats.labels.carry import carry
from mbats.labels.forward import at_least_one
from mbats.labels.trades import Charges, Orders, Paths, Results, simulate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from mbats.execution.costs import Costs
    from mbats.execution.financing import FinancingRates
    from mbats.execution.sides import Sides
    from mbats.market.bars import Bars, Quotes
    from mbats.market.columns import FloatColumn, TimeColumn

    Width: TypeAlias = Callable[[Bars, int], FloatColumn]

CLOSE, FILL = "close", "fill"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one trade a row brought; shape (n,) each.

    Attributes
    ----------
    net
        Net profit of a unit in quote currency; NaN where there is no trade, or no end of it yet.
    price
        Of the entry.
    end
        When the last bar that it was made of was known, nanoseconds UTC; the row's own where there is none.
    """

    net: FloatColumn
    price: FloatColumn
    end: TimeColumn

    @property
    def share(self) -> FloatColumn:
        """Net profit as a share of the price of entry."""
        return self.net / self.price


@dataclass(frozen=True, slots=True)
class Bracket:
    """Stop, target and last bar around an entry at market, simulated by the fill rules ``venue``, costs included.

    Entry at the next open; ties, gaps and rounding as in a simulation. A stop or target that a gap has put on the wrong
    side cancels the entry: no trade. Money is the instrument's quote currency, so nothing is converted.

    Attributes
    ----------
    width, of
        Name of the rule for widths, and the rule: price units over a period, row t from rows up to t.
    period
        Bars that a width looks back.
    stop, target
        In widths; 0: none.
    bars
        Left at the open after so many bars.
    anchor
        Stop and target count from the ``close`` decided on, or from the ``fill``.
    """

    width: str
    of: Width
    period: int = 14
    stop: float = 2.0
    target: float = 2.0
    bars: int = 24
    anchor: str = CLOSE

    def __post_init__(self) -> None:
        """Refuse what no bracket can be."""
        at_least_one("bracket", "bars", self.bars)
        at_least_one("bracket", "period", self.period)
        for name, value in (("stop", self.stop), ("target", self.target)):
            if not 0.0 <= value < math.inf:
                raise LabelParameterOutOfBounds(label="bracket", parameter=name, value=value, bounds="0 (none) or more")
        if self.anchor not in {CLOSE, FILL}:
            bounds = f"{CLOSE} or {FILL}"
            raise LabelParameterOutOfBounds(label="bracket", parameter="anchor", value=self.anchor, bounds=bounds)

    @property
    def spec(self) -> Mapping[str, Any]:
        """Its parameters."""
        names = ("stop", "target", "bars", "width", "period", "anchor")
        return {name: getattr(self, name) for name in names}

    def outcome(self, bars: Bars, side: NDArray[Any], costs: Costs, financing: FinancingRates | None = None) -> Outcome:
        """Simulate one trade for each bar, as if it were alone.

        Parameters
        ----------
        side
            +1 buys, -1 sells, else nothing; shape (n,).
        financing
            Dated rates; None: not modelled.

        Raises
        ------
        NoQuotes
            Costs with quoted spread, and bars without bid and ask.
        """
        if costs.spread.source is SpreadSource.QUOTED and (bars.bid is None or bars.ask is None):
            raise NoQuotes(symbol=bars.instrument.symbol, vendor=bars.vendor or "vendor unknown", costs=costs.name)
        sides = sides_of(bars, costs.spread)
        results = Results(np.full(len(bars), np.nan), np.full(len(bars), np.nan), np.arange(len(bars)))
        charges = _charges(bars, sides, costs, financing if costs.financing else None)
        simulate(_paths(sides), self._orders(bars, side), charges, results)
        return Outcome(results.net, results.price, bars.known_at[results.last])

    def _orders(self, bars: Bars, side: NDArray[Any]) -> Orders:
        width = self.of(bars, self.period)
        anchor = bars.close if self.anchor == CLOSE else np.full(len(bars), np.nan)
        wanted = np.where(np.isnan(width), np.nan, side)
        stop, target = (_column(width * (times or np.nan)) for times in (self.stop, self.target))
        return Orders(_column(wanted), _column(anchor), stop, target, self.bars)


def _paths(sides: Sides) -> Paths:
    bid, ask = (_prices(side) for side in sides)
    reaches = (reach.reduce(side) for side in (bid, ask) for reach in (np.minimum, np.maximum))
    return Paths(*map(_column, (*bid, *ask, *reaches)))


def _prices(side: Quotes) -> tuple[FloatColumn, FloatColumn, FloatColumn, FloatColumn]:
    return side.open, side.high, side.low, side.close


def _charges(bars: Bars, sides: Sides, costs: Costs, financing: FinancingRates | None) -> Charges:
    numerator, denominator = bars.instrument.tick.as_integer_ratio()
    long, short = map(_column, carry(bars, sides, financing))
    return Charges(
        tick_numerator=float(numerator),
        tick_denominator=float(denominator),
        slippage=costs.slippage_pips * float(bars.instrument.pip),
        fraction=float(costs.commission.fraction),
        per_unit=float(costs.commission.per_unit),
        long_carry=long,
        short_carry=short,
    )


def _column(values: NDArray[Any]) -> FloatColumn:
    """Return a column of the one type that compiled code is compiled for: together in memory, and read-only."""
    column = np.ascontiguousarray(values, dtype=np.float64).view()
    column.flags.writeable = False
    return column
