from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from mbats.market.value_date import financing_days

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from mbats.market.columns import FloatColumn, TimeColumn
    from mbats.market.instrument import Instrument

DAYS_IN_YEAR = 365


@dataclass(frozen=True, slots=True)
class DatedRates:
    """Yearly financing rates of one instrument, each row valid from its time until the next.

    Attributes
    ----------
    time
        Start of validity, nanoseconds UTC, strictly increasing.
    long_rate, short_rate
        Fraction of the position's value a year; below zero: the holder pays.
    source
        Who says so, for the report.
    days_of_week
        Days charged at the end of each weekday (0 is Monday) where the venue publishes them, OANDA's
        ``financingDaysOfWeek``; they win over the rule of value dates.
    """

    time: TimeColumn
    long_rate: FloatColumn
    short_rate: FloatColumn
    source: str
    days_of_week: Mapping[int, int] | None = None

    def __post_init__(self) -> None:
        if not len(self.time) == len(self.long_rate) == len(self.short_rate):
            raise ValueError("time, long_rate and short_rate must be of one length")
        if np.any(np.diff(self.time) <= 0):
            raise ValueError("the times of financing rates must increase strictly")


@dataclass(frozen=True, slots=True)
class FinancingRates:
    """Dated financing rates of several instruments, by symbol."""

    by_symbol: Mapping[str, DatedRates] = field(default_factory=dict)

    def rates_at(self, symbol: str, time: int) -> tuple[float, float] | None:
        """Return long and short rate valid at `time` (nanoseconds UTC); None where none are known."""
        dated = self.by_symbol.get(symbol)
        row = int(np.searchsorted(dated.time, time, side="right")) - 1 if dated else -1
        if dated is None or row < 0:
            return None
        return float(dated.long_rate[row]), float(dated.short_rate[row])

    def days_override(self, symbol: str, weekday: int) -> int | None:
        """Return the days that the venue charges at the end of `weekday` (0 is Monday); None: the rule decides.

        A weekday that a venue's ``financingDaysOfWeek`` does not name is free.
        """
        dated = self.by_symbol.get(symbol)
        if dated is None or dated.days_of_week is None:
            return None
        return dated.days_of_week.get(weekday, 0)

    def days(self, instrument: Instrument, trading_day: date) -> int:
        """Return for how many days a position held over the end of `trading_day` is financed.

        The venue's own figure where there is one, else the days between value dates.
        """
        own = self.days_override(instrument.symbol, trading_day.weekday())
        return financing_days(instrument.base, instrument.quote, trading_day) if own is None else own

    @property
    def sources(self) -> tuple[str, ...]:
        """Who said so, each once."""
        return tuple(dict.fromkeys(dated.source for dated in self.by_symbol.values()))


def charge(units: float, mid: float, long_rate: float, short_rate: float, days: int) -> float:
    """Return the financing cash flow of a position at a day's end, in quote currency; below zero is paid.

    ``|units| * mid * rate / 365 * days`` with the rate of the position's side (OANDA, "Financing fees": position value
    x funding rate x 1/365, by the days between value dates).

    Parameters
    ----------
    units
        Signed: above zero is long.
    days
        See `FinancingRates.days`.
    """
    rate = long_rate if units > 0 else short_rate
    return abs(units) * mid * rate / DAYS_IN_YEAR * days
