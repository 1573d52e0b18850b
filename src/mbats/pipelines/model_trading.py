"""What scores earn: traded through the kernel with costs, and gross of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mbats.errors.scoring import NothingScored
from mbats.execution.costs import FREE, OANDA_US
from mbats.ledger.daily import daily_figures
from mbats.ledger.day_ends import DayEnds
from mbats.ledger.journal import Kind
from mbats.ledger.terms import Account
from mbats.market.conversion import Conversion
from mbats.pipelines.walk_forward.warm import warmed
from mbats.portfolio.sizing import PercentRisk
from mbats.simulation.kernel.kernel import Kernel
from mbats.simulation.simulator import Allocation
from mbats.strategies.model_bracket import ModelBracket

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbats.execution.costs import Costs
    from mbats.execution.financing import FinancingRates
    from mbats.ledger.journal import Journal
    from mbats.market.bars import Bars
    from mbats.market.columns import FloatColumn
    from mbats.models.scoring.scorer import Scorer
    from mbats.portfolio.sizing import Sizing
    from mbats.strategies.model_signal import ModelSignal


@dataclass(frozen=True, slots=True)
class TradedScores:
    """How an account did that followed the scores; ratios are None where undefined.

    Attributes
    ----------
    net_profit, gross_profit
        Account currency, with costs and without any.
    sharpe, gross_sharpe
        Annualised, of daily returns.
    returns, gross_returns
        Of each trading day, shape (days,).
    trades
        Closed round trips, with costs.
    turnover
        Value traded a year, as a multiple of the average net asset value.
    max_drawdown
        Deepest fall below an earlier peak, a share of it, with costs.
    """

    net_profit: float
    gross_profit: float
    sharpe: float | None
    gross_sharpe: float | None
    returns: FloatColumn
    gross_returns: FloatColumn
    days: int
    periods_per_year: int
    trades: int
    turnover: float
    max_drawdown: float
    skewness: float | None
    kurtosis: float | None

    def figures(self) -> dict[str, float | None]:
        """Return all but the daily returns, as JSON takes them."""
        return {name: getattr(self, name) for name in self.__slots__ if not name.endswith("returns")}


_STRATEGY = ModelBracket()
_SIZING = PercentRisk(0.25)
_ACCOUNT = Account()


def traded(
    scorer: Scorer,
    market: Mapping[str, Bars],
    *,
    start: int | None = None,
    end: int | None = None,
    strategy: ModelSignal = _STRATEGY,
    account: Account = _ACCOUNT,
    costs: Costs = OANDA_US,
    sizing: Sizing = _SIZING,
    converting: Mapping[str, Bars] | None = None,
    financing: FinancingRates | None = None,
) -> TradedScores:
    """Trade the scores of `market` by `strategy`, with `costs` and with none, on bars that open in ``[start, end)``.

    Parameters
    ----------
    market
        Bars of the instruments to trade, one timeframe; those before `start` warm indicators up.
    start, end
        Nanoseconds UTC; None: from the first bar with a score, until the end.
    converting
        Bars by which money is converted to the account's currency; None: `market`'s.
    financing
        Dated rates that positions are charged overnight where `costs` say so; None: not modelled.

    Raises
    ------
    NothingScored
        No bar of `market` has a score.
    mbats.errors.base.MbatsError
        What `Kernel.run` raises.
    """
    known = {**market, **(converting or {})}
    bound = strategy.bound_to(scorer).beside(known.__getitem__)
    begin = _first_scored(bound, market) if start is None else start
    window = {symbol: bars.between(begin, 2**62 if end is None else end) for symbol, bars in market.items()}
    window = {symbol: bars for symbol, bars in window.items() if len(bars)}
    if not window:
        raise NothingScored(model=scorer.reference)
    share = Allocation(warmed(bound, market), tuple(window), sizing)
    conversion = Conversion(account.currency, known)
    runs = []
    for charged in (costs, FREE):
        days = DayEnds.of(window, conversion, account, charged)
        journal = Kernel(window, account, conversion, charged, financing=financing).run([share], only_money=True)
        runs.append((daily_figures(journal, days), days, journal))
    (net, days, journal), (gross, _, _) = runs
    return TradedScores(
        net_profit=_number(net.figures["net_profit"]),
        gross_profit=_number(gross.figures["net_profit"]),
        sharpe=net.figures["sharpe"],
        gross_sharpe=gross.figures["sharpe"],
        returns=net.returns,
        gross_returns=gross.returns,
        days=len(net.returns),
        periods_per_year=days.periods_per_year,
        trades=int(_number(net.figures["trades"])),
        turnover=_turnover(journal, net.nav, days.periods_per_year),
        max_drawdown=_number(net.figures["max_drawdown"]),
        skewness=net.figures["skewness"],
        kurtosis=net.figures["kurtosis"],
    )


def _first_scored(strategy: ModelSignal, market: Mapping[str, Bars]) -> int:
    """Return when the first bar opened that has a score."""
    first = [
        int(bars.time[scored[0]])
        for bars in market.values()
        if len(scored := np.flatnonzero(np.isfinite(strategy.decide(bars).columns["score"])))
    ]
    if not first:
        raise NothingScored(model=strategy.scorer.reference)
    return min(first)


def _turnover(journal: Journal, nav: FloatColumn, periods_per_year: int) -> float:
    fills = journal.rows(Kind.FILL)
    value = np.abs(journal.units[fills]) * journal.price[fills] * journal.rate[fills]
    return float(np.sum(value)) / float(np.mean(nav)) * periods_per_year / len(nav)


def _number(value: float | None) -> float:
    return 0.0 if value is None else float(value)
