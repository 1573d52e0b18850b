"""Figures of a journal at the ends of trading days, fast enough for every cell of a sweep.

What `mbats.ledger.judgement.judge` says in Decimals, in float64, without the rounding of each flow to the cent::

    days = DayEnds.of(market, conversion, account, costs, fills)   # once a snapshot; can be pickled
    daily = daily_figures(journal, days)                           # once a cell
    daily.returns                                                  # shape (T,): the same days for every journal
    daily.figures["sharpe"]                                        # None where undefined

`FIGURES` names what objectives and constraints may choose from.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from mbats.ledger.drawdown import underwater
from mbats.ledger.equity import time_weighted
from mbats.ledger.ratios import calmar, growth_rate, quality_number, sortino
from mbats.ledger.sharpe import moments
from mbats.ledger.trip_statistics import mean, ratio
from mbats.ledger.walk import walk

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbats.ledger.day_ends import DayEnds
    from mbats.ledger.journal import Journal
    from mbats.ledger.walk import Walk
    from mbats.market.columns import FloatColumn

FIGURES: Mapping[str, str] = {
    "net_profit": "change of value without transfers, account currency",
    "total_return": "time-weighted return of the whole period",
    "cagr": "compound yearly growth",
    "volatility": "yearly standard deviation of daily returns",
    "sharpe": "annualised Sharpe ratio of daily returns",
    "daily_sharpe": "Sharpe ratio of one day",
    "sortino": "annualised Sortino ratio",
    "calmar": "yearly growth over the maximum drawdown",
    "sqn": "system quality number of the round trips",
    "skewness": "of daily returns",
    "kurtosis": "of daily returns, 3 for normal ones",
    "max_drawdown": "deepest fall below an earlier peak, a fraction of it",
    "exposure": "share of bars with an open position",
    "trades": "closed round trips",
    "win_rate": "share of round trips that gained",
    "profit_factor": "gains over losses of round trips",
    "payoff_ratio": "average gain over average loss",
    "expectancy": "average net profit of a round trip",
}
"""Names and meanings of `DailyFigures.figures`, as in `mbats.ledger.performance.Performance`."""

_YEAR = 365.25 * 86_400e9


@dataclass(frozen=True, slots=True)
class DailyFigures:
    """How a journal did, day by day.

    Attributes
    ----------
    nav
        Net asset value at liquidation prices at the end of each trading day, shape (T,).
    returns
        Time-weighted return of each day, shape (T,).
    figures
        A value for each of `FIGURES`; None where undefined.
    """

    nav: FloatColumn
    returns: FloatColumn
    figures: Mapping[str, float | None]


def daily_figures(journal: Journal, days: DayEnds) -> DailyFigures:
    """Judge a journal by its days and round trips.

    Each flow that `judge` rounds differs by at most half a unit of the account's last place, so money does by that much
    times the number of flows.

    Raises
    ------
    mbats.errors.ledger.UnconvertibleFlow
        A cash flow in another currency has no rate.
    """
    walked = walk(journal, days)
    returns = time_weighted(float(days.account.cash), walked.nav, walked.transfer)
    figures = {
        "net_profit": walked.earned,
        **_of_days(returns, days),
        **_of_trips(walked, 0.5 * 10.0**-days.account.places),
        "exposure": _exposure(walked, days),
    }
    return DailyFigures(walked.nav, returns, figures)


def _of_days(returns: FloatColumn, days: DayEnds) -> dict[str, float | None]:
    per_year, shape = days.periods_per_year, moments(returns)
    wealth = np.append(1.0, np.cumprod(1.0 + returns))
    total_return, depth = float(wealth[-1]) - 1.0, -float(np.min(underwater(wealth)))
    growth = growth_rate(total_return, float(days.time[-1] - days.start) / _YEAR, len(days), per_year)
    daily = shape.mean / shape.deviation if shape else None
    return {
        "total_return": total_return,
        "cagr": growth,
        "volatility": shape.deviation * sqrt(per_year) if shape else None,
        "sharpe": None if daily is None else daily * sqrt(per_year),
        "daily_sharpe": daily,
        "sortino": sortino(returns, per_year),
        "calmar": calmar(growth, depth),
        "skewness": shape.skewness if shape else None,
        "kurtosis": shape.kurtosis if shape else None,
        "max_drawdown": depth,
    }


def _of_trips(walked: Walk, dust: float) -> dict[str, float | None]:
    net = walked.net[walked.closed]
    net = np.where(np.abs(net) > dust, net, 0.0)  # what the account would round away is neither gain nor loss
    won, lost = net[net > 0.0], -net[net < 0.0]
    return {
        "trades": len(net),
        "win_rate": ratio(len(won), len(net)),
        "profit_factor": ratio(float(np.sum(won)), float(np.sum(lost))),
        "payoff_ratio": ratio(mean(won), mean(lost)),
        "expectancy": mean(net),
        "sqn": quality_number(net),
    }


def _exposure(walked: Walk, days: DayEnds) -> float:
    """Return the share of bars with an open position: spans in time order, which may share the bar between them."""
    first = np.searchsorted(days.opens, walked.entered, side="right") - 1
    after = np.searchsorted(days.opens, walked.left, side="right")
    begin = np.maximum(first, np.append(0, after[:-1]))
    return float(np.sum(np.maximum(after - begin, 0))) / len(days.opens)
