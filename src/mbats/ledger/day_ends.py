from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mbats.execution.fills import FillRules
from mbats.ledger.judgement import applied, periods_per_year
from mbats.ledger.prices import Prices
from mbats.ledger.trading_days import day_ends, union

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbats.execution.costs import Costs
    from mbats.ledger.terms import Account
    from mbats.market.bars import Bars
    from mbats.market.columns import FloatColumn, TimeColumn
    from mbats.market.conversion import Conversion


class Marks(NamedTuple):
    """What closing a position would bring, by instrument and moment; each array of shape (m, n + 1).

    The columns are the ends of the n trading days and, last, of the market. `bid` and `ask` are the last known closes,
    at which a long and a short leave, `rate` is account currency per unit of quote currency; NaN before there was one.
    `keeps` (shape (m,)) is the share that the venue keeps when it converts.
    """

    bid: FloatColumn
    ask: FloatColumn
    rate: FloatColumn
    keeps: FloatColumn


@dataclass(frozen=True, slots=True)
class DayEnds:
    """A market at the ends of its trading days: all that daily figures need to know of it, whoever trades.

    Attributes
    ----------
    account, markup
        The account's terms, and the share of a rate that the venue keeps.
    symbols
        Rows of `marks`.
    start, time
        When the market begins, and the ends of its trading days (n,), nanoseconds UTC: `mbats.ledger.trading_days`.
    opens
        Opening times of all bars, each once, ascending.
    """

    account: Account
    markup: float
    periods_per_year: int
    symbols: tuple[str, ...]
    start: int
    time: TimeColumn
    opens: TimeColumn
    marks: Marks

    @classmethod
    def of(
        cls,
        market: Mapping[str, Bars],
        conversion: Conversion,
        account: Account,
        costs: Costs,
        fills: FillRules = FillRules.VENUE,
    ) -> DayEnds:
        """Look at a market once, for any number of journals.

        Raises
        ------
        mbats.errors.market.MissingRate
            A quote currency cannot be converted to the account's.
        """
        costs = applied(costs, fills)
        prices = Prices(market, conversion, costs.spread, costs.conversion_markup)
        days = day_ends(market.values())
        return cls(
            account=account,
            markup=costs.conversion_markup,
            periods_per_year=periods_per_year(market),
            symbols=tuple(market),
            start=min(int(bars.time[0]) for bars in market.values()),
            time=days,
            opens=union(bars.time for bars in market.values()),
            marks=_marks(prices, np.append(days, prices.end)),
        )

    def __len__(self) -> int:
        return len(self.time)


def _marks(prices: Prices, moments: TimeColumn) -> Marks:
    long, short = np.ones(len(moments)), -np.ones(len(moments))
    home = prices.conversion.home
    quotes = [bars.instrument.quote for bars in prices.market.values()]
    return Marks(
        bid=np.array([prices.leaving(symbol, long, moments) for symbol in prices.market]),
        ask=np.array([prices.leaving(symbol, short, moments) for symbol in prices.market]),
        rate=np.array([_rates(prices.conversion, quote, moments) for quote in quotes]),
        keeps=np.array([0.0 if quote == home else prices.markup for quote in quotes]),
    )


def _rates(conversion: Conversion, currency: str, moments: TimeColumn) -> FloatColumn:
    known = moments >= conversion.first(currency)
    rates = np.full(len(moments), np.nan)
    rates[known] = conversion.column(currency, moments[known])
    return rates
