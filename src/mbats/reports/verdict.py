"""What came of a run, in one paragraph of plain English that flatters nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbats.reports.numerals import count, defined, length, money, number, percent

if TYPE_CHECKING:
    from mbats.ledger.performance import Performance
    from mbats.reports.evidence import Evidence

COST_NAMES = {
    "spread_cost": "spread",
    "slippage_cost": "slippage",
    "commission": "commission",
    "financing": "financing",
    "conversion_cost": "conversion",
}
_RUINED = 0.999
_A_HANDFUL = 30


def verdict(performance: Performance, evidence: Evidence | None = None) -> str:
    """Return the net result, what costs did to it, what luck may have done, the drawdown and the number of trades."""
    if not performance.trades:
        return "No trade was made, so there is nothing to judge."
    sentences = (_result(performance), _luck(performance, evidence), _drawdown(performance), _trades(performance))
    return " ".join(sentence for sentence in sentences if sentence)


def net_return(performance: Performance) -> float | None:
    """Return the net result as a share of what was there at the start."""
    return performance.total_return


def largest_cost(performance: Performance) -> str:
    """Return the name of the cost that took most."""
    return COST_NAMES[max(COST_NAMES, key=lambda name: getattr(performance, name))]


def _result(performance: Performance) -> str:
    net, gross = performance.net_profit, performance.gross_profit
    terms, span = ("after costs" if _charged(performance) else "without costs"), length(performance.years * 365.25)
    if (net_return(performance) or 0) <= -_RUINED:
        return f"Lost everything within {span}."
    if net > 0:
        before = f"; before costs it made {_share(performance, gross)}" if performance.costs > 0 else ""
        return f"Made {_share(performance, net)} {terms} in {span}{before}."
    if net == 0:
        return f"Neither won nor lost in {span}."
    return f"Lost {_share(performance, net)} {terms} in {span}; {_before_costs(performance)}."


def _charged(performance: Performance) -> bool:
    return any(getattr(performance, name) for name in COST_NAMES)


def _before_costs(performance: Performance) -> str:
    gross = performance.gross_profit
    if not _charged(performance):
        return "the trades themselves lost it"
    if gross > 0:
        return f"before costs it made {_share(performance, gross)}: {largest_cost(performance)} took it"
    return f"before costs it had already lost {_share(performance, gross)}"


def _share(performance: Performance, profit: float) -> str:
    if performance.start_nav > 0:
        return percent(abs(profit) / performance.start_nav)
    return money(abs(profit), performance.currency)


def _luck(performance: Performance, evidence: Evidence | None) -> str:
    sharpe, low, high = performance.sharpe, performance.sharpe_low, performance.sharpe_high
    if not defined(sharpe):
        return "A Sharpe ratio cannot be computed from so few days."
    if not (defined(low) and defined(high)):
        return f"Its Sharpe ratio of {number(sharpe)} has no interval: there are too few days."
    interval = f"Its Sharpe ratio is {number(sharpe)}, with 95 % confidence between {number(low)} and {number(high)}"
    if low > 0:
        return f"{interval}, above zero in this one test{_tried(evidence)}"
    if high < 0:
        return f"{interval}: bad luck alone does not explain it."
    return f"{interval}: zero lies within, so luck alone could have done it."


def _tried(evidence: Evidence | None) -> str:
    """Say what all trials known on the same data leave of a Sharpe ratio that is above zero by itself."""
    if evidence is None or not defined(evidence.now.deflated):
        return "; how many were tried before it, this page cannot know."
    now = evidence.now
    if now.trials == 1:
        return ", the only one known on this data."
    worth = "what is left is more than luck" if now.passes else "that is not enough"
    return (
        f"; but {now.trials:,} trials are known on this data, the best of which shows "
        f"{number(now.expected_maximum)} by luck alone, and {worth} (deflated: {number(now.deflated)})."
    )


def _drawdown(performance: Performance) -> str:
    if not performance.max_drawdown:
        return ""
    deepest = f"The deepest drawdown was {percent(performance.max_drawdown)}"
    longest = f", the longest lasted {length(performance.max_drawdown_days)}" if performance.max_drawdown_days else ""
    return f"{deepest}{longest}."


def _trades(performance: Performance) -> str:
    if performance.trades == 1:
        return "All this rests on a single trade: an anecdote, not evidence."
    few = ": too few to conclude anything" if performance.trades < _A_HANDFUL else ""
    return f"It rests on {count(performance.trades, 'trade')}{few}."
