"""Conversion to the account's currency inside compiled code."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mbats.compiled import compilable
from mbats.errors.market import MissingRate
from mbats.simulation.kernel.columns import joined, starts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbats.market.columns import FloatColumn, IntColumn, TimeColumn
    from mbats.market.conversion import Conversion


class Rates(NamedTuple):
    """The legs of `Conversion` one after the other.

    Attributes
    ----------
    first
        Currency c has the legs ``first[c] .. first[c + 1]``, none if it is the account's own.
    start
        Leg k has the rows ``start[k] .. start[k + 1]`` of `known` and `price`; none where no pair converts.
    """

    first: IntColumn
    start: IntColumn
    known: TimeColumn
    price: FloatColumn


def lowered_rates(conversion: Conversion, currencies: Sequence[str]) -> Rates:
    """Return the rates of `currencies`, in that order."""
    legs = [_legs(conversion, currency) for currency in currencies]
    flat = [leg for one in legs for leg in one]
    return Rates(
        starts([len(one) for one in legs]),
        starts([len(known) for known, _ in flat]),
        joined([known for known, _ in flat], np.int64),
        joined([price for _, price in flat], np.float64),
    )


def _legs(conversion: Conversion, currency: str) -> tuple[tuple[TimeColumn, FloatColumn], ...]:
    # A rate that is missing is an error only where somebody asks for it.
    try:
        return conversion.legs(currency)
    except MissingRate:
        return ((np.empty(0, np.int64), np.empty(0)),)


def highest(conversion: Conversion, currency: str) -> float:
    """Return a bound above every rate of `currency`; NaN where no pair converts it."""
    return math.prod(float(price.max()) if len(price) else math.nan for _, price in _legs(conversion, currency))


def rate_at(rates: Rates, cursors: IntColumn, currency: int, time: int) -> float:
    """Return account currency per unit of `currency`; NaN before it is known (`Conversion.rate` says why).

    Parameters
    ----------
    cursors
        One row a leg, at first its start: where the last question was answered.
    """
    product = 1.0
    for leg in range(rates.first[currency], rates.first[currency + 1]):
        begin, end = rates.start[leg], rates.start[leg + 1]
        if begin == end or time < rates.known[begin]:
            return math.nan
        row = cursors[leg]
        if time < rates.known[row]:
            row = begin
        row = _last_known(rates.known, row, end, time)
        cursors[leg] = row
        product *= rates.price[row]
    return product


def _last_known(known: TimeColumn, row: int, end: int, time: int) -> int:
    """Return the last row known at `time`, at or after `row`, by steps that double and then by halves."""
    step = 1
    while row + step < end and known[row + step] <= time:
        row += step
        step *= 2
    stop = min(row + step, end)
    while stop - row > 1:
        middle = (row + stop) // 2
        if known[middle] <= time:
            row = middle
        else:
            stop = middle
    return row


compilable(rate_at, _last_known)
