from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from mbats.ledger.cost_split import total
from mbats.ledger.drawdown import drawdown
from mbats.ledger.ratios import calmar, growth_rate, sortino
from mbats.ledger.sharpe import moments, over_cash, sharpe
from mbats.ledger.trip_statistics import ratio, trip_statistics

if TYPE_CHECKING:
    from mbats.ledger.equity import Equity
    from mbats.ledger.round_trips import RoundTrips

_YEAR = 365.25 * 86_400e9


@dataclass(frozen=True, slots=True)
class Performance:
    """How good it was. Money is in account currency, ratios are plain fractions (0.1 is ten percent).

    What cannot be computed (no trade, one day, nothing lost) is None, shown as "n/a": never a stand-in number.

    Attributes
    ----------
    currency
        The account's currency.
    periods_per_year
        By how many days the figures are annualised: 260 (FX), 252 (equities), 52 (weekly bars).
    cash_rate
        Yearly return of cash that Sharpe and Sortino are measured over.
    days, years
        Rows of daily returns, and the calendar length of the run.
    start_nav, end_nav, transfers
        Net asset value before and after; deposits less withdrawals between.
    net_profit, gross_profit
        Change of value without transfers; the same before all costs, at mid prices.
    spread_cost, slippage_cost, commission, financing, conversion_cost, costs
        Above zero when paid, and their sum: ``gross_profit - costs == net_profit``.
    total_return, gross_return, cagr, volatility
        Time-weighted total return; gross profit over the money put in at the start; compound yearly growth; yearly
        standard deviation of daily returns.
    sharpe, sharpe_low, sharpe_high
        Annualised Sharpe ratio of daily returns over cash with its 95 % interval; see `mbats.ledger.sharpe`.
    sortino, calmar, sqn
        See `mbats.ledger.ratios`.
    skewness, kurtosis
        Of daily returns; raw kurtosis (3 for a normal distribution).
    max_drawdown, max_drawdown_money, max_drawdown_days, underwater_days
        Deepest fall below an earlier peak as a fraction of it and in money (above zero), the longest time below a peak
        in calendar days, and how long the account is below its peak now (0: at the peak).
    exposure, turnover
        Share of bars with an open position; value traded a year over the mean net asset value.
    trades, winners, losers, open_trades
        Closed round trips, those won and lost; those still open, which count in no figure below but in net profit.
    win_rate, average_win, average_loss, payoff_ratio, profit_factor, expectancy, gross_expectancy
        Of closed round trips, by their net profit (the last one by gross); `average_loss` is above zero.
    best_trade, worst_trade, best_day, worst_day
        Net profit of a round trip; return of a day.
    longest_winning_streak, longest_losing_streak
        Round trips in a row, in order of their exits.
    average_bars_held
        Bars per round trip.
    """

    currency: str
    periods_per_year: int
    cash_rate: float
    days: int
    years: float
    start_nav: float
    end_nav: float
    transfers: float
    net_profit: float
    gross_profit: float
    spread_cost: float
    slippage_cost: float
    commission: float
    financing: float
    conversion_cost: float
    costs: float
    total_return: float | None
    gross_return: float | None
    cagr: float | None
    volatility: float | None
    sharpe: float | None
    sharpe_low: float | None
    sharpe_high: float | None
    sortino: float | None
    calmar: float | None
    sqn: float | None
    skewness: float | None
    kurtosis: float | None
    max_drawdown: float | None
    max_drawdown_money: float | None
    max_drawdown_days: float | None
    underwater_days: float | None
    exposure: float | None
    turnover: float | None
    trades: int
    open_trades: int
    winners: int
    losers: int
    win_rate: float | None
    average_win: float | None
    average_loss: float | None
    payoff_ratio: float | None
    profit_factor: float | None
    expectancy: float | None
    gross_expectancy: float | None
    best_trade: float | None
    worst_trade: float | None
    best_day: float | None
    worst_day: float | None
    longest_winning_streak: int
    longest_losing_streak: int
    average_bars_held: float | None

    def as_dict(self) -> dict[str, float | int | str | None]:
        """Return every figure by name, ready for JSON."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def measure(
    equity: Equity,
    trips: RoundTrips,
    periods_per_year: int,
    *,
    traded: float = 0.0,
    in_market: float | None = None,
    cash_rate: float = 0.0,
) -> Performance:
    """Compute every figure of a run; one that is undefined is None.

    Parameters
    ----------
    traded, in_market
        From `mbats.ledger.activity`: value traded in account currency, and share of bars with an open position.
    cash_rate
        Yearly return of cash, compounded daily.
    """
    years = float(equity.time[-1] - equity.start) / _YEAR if len(equity) else 0.0
    nav = np.append(equity.cash, equity.nav)
    return Performance(
        currency=equity.currency,
        periods_per_year=periods_per_year,
        cash_rate=cash_rate,
        days=len(equity),
        years=years,
        start_nav=equity.cash,
        end_nav=float(nav[-1]),
        transfers=float(np.sum(equity.transfer)),
        turnover=ratio(ratio(traded, years), max(float(np.mean(nav)), 0.0)),
        exposure=in_market,
        **_profit(equity, trips),
        **_returns(equity, periods_per_year, cash_rate, years),
        **trip_statistics(trips),
    )


def _profit(equity: Equity, trips: RoundTrips) -> dict[str, Any]:
    split = total(trips.exact) + trips.unattributed
    return {
        "net_profit": float(split.net),
        "gross_profit": float(split.gross),
        "spread_cost": float(split.spread),
        "slippage_cost": float(split.slippage),
        "commission": float(split.commission),
        "financing": float(split.financing),
        "conversion_cost": float(split.conversion),
        "costs": float(split.costs),
        "gross_return": ratio(float(split.gross), equity.cash),
    }


def _returns(equity: Equity, periods_per_year: int, cash_rate: float, years: float) -> dict[str, Any]:
    returns = equity.daily_returns
    excess = over_cash(returns, cash_rate, periods_per_year)
    shape, judged, fall = moments(returns), sharpe(excess, periods_per_year), drawdown(equity)
    total_return = float(equity.wealth[-1]) - 1.0 if len(equity) else None
    growth = None if total_return is None else growth_rate(total_return, years, len(equity), periods_per_year)
    return {
        "total_return": total_return,
        "cagr": growth,
        "volatility": shape.deviation * periods_per_year**0.5 if shape else None,
        "skewness": shape.skewness if shape else None,
        "kurtosis": shape.kurtosis if shape else None,
        "sharpe": judged.ratio if judged else None,
        "sharpe_low": judged.low if judged else None,
        "sharpe_high": judged.high if judged else None,
        "sortino": sortino(excess, periods_per_year),
        "calmar": calmar(growth, fall.depth if fall else None),
        "max_drawdown": fall.depth if fall else None,
        "max_drawdown_money": fall.money if fall else None,
        "max_drawdown_days": fall.days if fall else None,
        "underwater_days": fall.underwater if fall else None,
        "best_day": float(np.max(returns)) if len(returns) else None,
        "worst_day": float(np.min(returns)) if len(returns) else None,
    }
