"""From a journal to a verdict: books, round trips, equity and performance of one run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from mbats.execution.costs import Spread, SpreadSource
from mbats.execution.fills import FillRules
from mbats.ledger.account import keep_books
from mbats.ledger.activity import time_in_market, traded_value
from mbats.ledger.equity import Equity
from mbats.ledger.liquidation import liquidated
from mbats.ledger.performance import measure
from mbats.ledger.prices import Prices
from mbats.ledger.round_trips import round_trips
from mbats.ledger.run import RunResult
from mbats.ledger.trading_days import bar_ends, day_ends
from mbats.ledger.valuation import Valuer
from mbats.market.instrument import AssetClass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbats.execution.costs import Costs
    from mbats.ledger.journal import Journal
    from mbats.ledger.run import RunInfo
    from mbats.ledger.terms import Account
    from mbats.market.bars import Bars
    from mbats.market.conversion import Conversion

_FX_DAYS, _EQUITY_DAYS, _WEEKS = 260, 252, 52


def judge(  # noqa: PLR0917 - a verdict needs the whole file of the case
    info: RunInfo,
    journal: Journal,
    market: Mapping[str, Bars],
    conversion: Conversion,
    account: Account,
    costs: Costs,
) -> RunResult:
    """Judge a finished run by its journal, whoever wrote it.

    Raises
    ------
    mbats.errors.ledger.UnconvertibleFlow
        A cash flow in another currency has no rate.
    mbats.errors.market.MissingRate
        An open position's quote currency cannot be converted.
    """
    costs = applied(costs, FillRules(info.fills))
    prices = Prices(market, conversion, costs.spread, costs.conversion_markup)
    marked = liquidated(journal, prices)
    books = keep_books(marked, account, costs.conversion_markup)
    trips = round_trips(marked, books, prices, marks=len(journal))
    settled = books.until(len(journal))
    equity = daily_equity(Valuer(journal, settled, prices), account, market)
    performance = measure(
        equity,
        trips,
        periods_per_year(market),
        traded=traded_value(journal),
        in_market=time_in_market(trips, market.values()),
    )
    return RunResult(info, journal, trips, equity, performance, settled.flows)


def applied(costs: Costs, fills: FillRules) -> Costs:
    """Return what of `costs` the fill rules know: under Backtrader's only the commission."""
    if fills is FillRules.VENUE:
        return costs
    return replace(costs, spread=Spread(SpreadSource.NONE), slippage_pips=0.0, financing=False, conversion_markup=0.0)


def daily_equity(valuer: Valuer, account: Account, market: Mapping[str, Bars]) -> Equity:
    """Return the account's value at the end of every trading day and, for charts, of every bar."""
    days, bars = day_ends(market.values()), bar_ends(market.values())
    daily = valuer.at(days)
    return Equity(
        currency=account.currency,
        start=min(int(table.time[0]) for table in market.values()),
        cash=float(account.cash),
        time=days,
        nav=daily.nav,
        balance=daily.balance,
        transfer=np.diff(daily.transferred, prepend=0.0),
        exposure=daily.exposure,
        curve_time=bars,
        curve_nav=valuer.at(bars).nav,
    )


def periods_per_year(market: Mapping[str, Bars]) -> int:
    """Return how many daily returns make a year: 260 with any FX, 252 for equities alone, 52 for weekly bars."""
    if all(bars.timeframe.name == "W" for bars in market.values()):
        return _WEEKS
    fx = any(bars.instrument.asset_class is AssetClass.FX for bars in market.values())
    return _FX_DAYS if fx else _EQUITY_DAYS
