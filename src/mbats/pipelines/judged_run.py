from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mbats.ledger.judgement import applied, judge
from mbats.ledger.prices import Prices
from mbats.ledger.run import LIVE
from mbats.reports.cautions import Ambiguity
from mbats.simulation.ambiguity import AmbiguousExits, ambiguous_exits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbats.ledger.journal import Journal
    from mbats.ledger.run import RunInfo, RunResult
    from mbats.market.bars import Bars
    from mbats.reports.evidence import Evidence
    from mbats.simulation.simulator import Simulation


@dataclass(frozen=True, slots=True)
class JudgedRun:
    """A judged run, the bars it traded, and what else its reader must know.

    Attributes
    ----------
    ambiguity
        How much of it rests on the order of prices inside a bar.
    evidence
        What its Sharpe ratio is worth; None before the referee has seen it.
    """

    result: RunResult
    market: Mapping[str, Bars]
    ambiguity: Ambiguity
    evidence: Evidence | None = None


def judge_run(info: RunInfo, journal: Journal, simulation: Simulation) -> JudgedRun:
    """Judge the journal that a simulation, or a live session, left: the same verdict on any day.

    A live journal tells itself which of two prices came first: nothing in it is ambiguous.
    """
    market, conversion, account = simulation.market, simulation.conversion, simulation.account
    result = judge(info, journal, market, conversion, account, simulation.costs)
    costs = applied(simulation.costs, simulation.fills)
    prices = Prices(market, conversion, costs.spread, costs.conversion_markup)
    found = (
        AmbiguousExits(0, 0, 0.0) if info.simulator == LIVE else ambiguous_exits(journal, prices, costs.slippage_pips)
    )
    net = result.performance.net_profit
    return JudgedRun(result, market, Ambiguity(found.exits, found.ambiguous, net, net + found.difference))
