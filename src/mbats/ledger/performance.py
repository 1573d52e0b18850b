from __future__ import annotations

from dataclasses import dataclass, fields


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
        Share of time with an open position; units traded times price, per year, over the mean net asset value.
    trades, open_trades, winners, losers
        Round trips, and how many of them are open, won, lost.
    win_rate, average_win, average_loss, payoff_ratio, profit_factor, expectancy, gross_expectancy
        Of round trips, by their net profit; `average_loss` is above zero.
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
