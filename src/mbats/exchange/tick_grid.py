"""Prices as a venue shows them: bid rounded down and ask up to the tick, so that nobody is shown too good a price."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mbats.market.bars import Quotes

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

    from mbats.market.columns import FloatColumn

_PLACES = 6
"""Of a tick: a float within a millionth of a tick of the grid lies on it."""


def down(prices: FloatColumn, tick: Decimal) -> FloatColumn:
    """Round down to the tick; what is on the grid stays bit for bit."""
    return _of(np.floor(np.round(prices * float(1 / tick), _PLACES)), tick)


def up(prices: FloatColumn, tick: Decimal) -> FloatColumn:
    """Round up to the tick; what is on the grid stays bit for bit."""
    return _of(np.ceil(np.round(prices * float(1 / tick), _PLACES)), tick)


def on_grid(side: Quotes, tick: Decimal, rounded: Callable[[FloatColumn, Decimal], FloatColumn]) -> Quotes:
    """Return a side of the market rounded by `down` or `up`."""
    return Quotes(*(rounded(prices, tick) for prices in (side.open, side.high, side.low, side.close)))


def middle(bid: Quotes, ask: Quotes, tick: Decimal) -> Quotes:
    """Return mids of two sides that are on the grid, rounded to the tick, halves to even."""
    return Quotes(
        _middle(bid.open, ask.open, tick),
        _middle(bid.high, ask.high, tick),
        _middle(bid.low, ask.low, tick),
        _middle(bid.close, ask.close, tick),
    )


def places(tick: Decimal) -> int:
    """Return how many decimal places a price on the grid has."""
    exponent = tick.normalize().as_tuple().exponent
    return max(0, -int(exponent))


def _middle(bid: FloatColumn, ask: FloatColumn, tick: Decimal) -> FloatColumn:
    steps = float(1 / tick)
    return _of(np.rint((np.rint(bid * steps) + np.rint(ask * steps)) / 2), tick)


def _of(steps: FloatColumn, tick: Decimal) -> FloatColumn:
    numerator, denominator = tick.as_integer_ratio()
    prices: FloatColumn = steps * numerator / denominator
    return prices
