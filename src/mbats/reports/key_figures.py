"""The figures a reader looks at first, for the page's cards and the terminal's table alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mbats.reports.evidence import trials_note
from mbats.reports.numerals import defined, length, money, number, percent

if TYPE_CHECKING:
    from mbats.evidence.deflation import Deflation
    from mbats.ledger.performance import Performance
    from mbats.reports.evidence import Evidence


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """One figure: its name, its value as written, a remark beneath, and whether it is good or bad news."""

    label: str
    value: str
    note: str = ""
    tone: str = ""


def key_figures(performance: Performance, evidence: Evidence | None = None) -> tuple[KeyFigure, ...]:
    """Return the figures in reading order: result, risk, trades."""
    return (*_result(performance), *_risk(performance, evidence), *_trades(performance))


def sharpe_interval(performance: Performance) -> str:
    """Return the 95 % interval of the Sharpe ratio as ``[-0.42, 0.61]``, or nothing."""
    low, high = performance.sharpe_low, performance.sharpe_high
    return f"[{number(low)}, {number(high)}]" if defined(low) and defined(high) else ""


def _result(performance: Performance) -> tuple[KeyFigure, ...]:
    currency = performance.currency
    net, gross = performance.net_profit, performance.gross_profit
    return (
        KeyFigure("Net result", percent(performance.total_return, signed=True), _amount(net, currency), _tone(net)),
        KeyFigure(
            "Before costs", percent(performance.gross_return, signed=True), _amount(gross, currency), _tone(gross)
        ),
        KeyFigure("Costs", money(performance.costs, currency, 0), _share_of_gross(performance)),
        KeyFigure(
            "Growth a year", percent(performance.cagr, 2, signed=True), f"over {number(performance.years, 1)} years"
        ),
        KeyFigure("Volatility a year", percent(performance.volatility), f"{performance.days:,} days"),
    )


def _risk(performance: Performance, evidence: Evidence | None) -> tuple[KeyFigure, ...]:
    fallen = performance.max_drawdown
    drawdown = money(performance.max_drawdown_money, performance.currency, 0)
    interval = sharpe_interval(performance)
    return (
        KeyFigure("Sharpe ratio", number(performance.sharpe), f"95 % {interval}" if interval else "no interval"),
        _deflated(evidence.now if evidence else None),
        KeyFigure("Sortino ratio", number(performance.sortino), f"Calmar {number(performance.calmar)}"),
        KeyFigure("Deepest drawdown", percent(fallen), drawdown, "bad" if fallen else ""),
        KeyFigure("Longest drawdown", length(performance.max_drawdown_days), _underwater(performance)),
    )


def _deflated(deflation: Deflation | None) -> KeyFigure:
    if deflation is None:
        return KeyFigure("Deflated Sharpe", number(None), "trials not counted")
    tone = "" if deflation.deflated is None else ("good" if deflation.passes else "bad")
    return KeyFigure("Deflated Sharpe", number(deflation.deflated), trials_note(deflation), tone)


def _trades(performance: Performance) -> tuple[KeyFigure, ...]:
    currency = performance.currency
    still_open = f"{performance.open_trades:,} still open" if performance.open_trades else "all closed"
    wins = f"{performance.winners:,} won, {performance.losers:,} lost"
    streaks = f"streaks: {performance.longest_winning_streak} won, {performance.longest_losing_streak} lost"
    expectancy = f"{money(performance.expectancy, currency, signed=True)} a trade"
    turnover = f"{number(performance.turnover, 1)} x" if defined(performance.turnover) else number(None)
    return (
        KeyFigure("Trades", f"{performance.trades:,}", still_open),
        KeyFigure("Win rate", percent(performance.win_rate), wins),
        KeyFigure("Payoff ratio", number(performance.payoff_ratio), streaks),
        KeyFigure("Profit factor", number(performance.profit_factor), expectancy),
        KeyFigure("Time in market", percent(performance.exposure), f"turnover {turnover} a year"),
    )


def _amount(amount: float, currency: str) -> str:
    return money(amount, currency, 0, signed=True)


def _tone(amount: float) -> str:
    return "" if amount == 0 else ("good" if amount > 0 else "bad")


def _share_of_gross(performance: Performance) -> str:
    if performance.gross_profit <= 0 or not performance.costs:
        return (
            f"{money(performance.costs / performance.trades, performance.currency)} a trade"
            if performance.trades
            else ""
        )
    return f"{percent(performance.costs / performance.gross_profit, 0)} of the gross profit"


def _underwater(performance: Performance) -> str:
    days = performance.underwater_days
    return f"below the peak for {length(days)} now" if days else "at the peak now"
