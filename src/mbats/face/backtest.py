from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mbats.bootstrap import wiring
from mbats.bootstrap.backtesting import execute, named_costs
from mbats.bootstrap.provenance import code_commit
from mbats.bootstrap.reporting import recall
from mbats.execution.costs import Costs
from mbats.execution.fills import FillRules
from mbats.face.run import Run
from mbats.ledger.terms import Account
from mbats.pipelines.backtest import Backtest
from mbats.portfolio.sizing import FixedUnits, VolatilityTarget
from mbats.settings import Settings
from mbats.simulation.simulator import Allocation
from mbats.strategies.source import digest

if TYPE_CHECKING:
    from mbats.face.data import Data
    from mbats.portfolio.sizing import Sizing


def backtest(
    strategy: Any,
    data: Data,
    account: Account | None = None,
    *,
    size: Sizing | None = None,
    costs: str | Costs = "oanda-us",
    fills: str = "venue",
    **parameters: Any,
) -> Run:
    """Simulate a strategy on the instruments of `data`, judge and store the run.

    Parameters
    ----------
    strategy
        A signal or target strategy, or a ``bt.Strategy`` class with its `parameters`.
    size
        What `fixed_units`, `percent_risk` or `volatility_target` return; a kind's usual size without.
    costs
        The name of a cost model or one of your own; ``"none"`` trades at mid.
    fills
        ``venue`` or ``backtrader``.
    """
    cls = strategy if isinstance(strategy, type) else type(strategy)
    usual = VolatilityTarget() if getattr(strategy, "kind", "") == "target" else FixedUnits()
    declared = parameters or dict(getattr(strategy, "parameters", {}))
    job = Backtest(
        allocations=(Allocation(strategy, data.symbols, size or usual, declared),),
        codes=(digest(cls),),
        data=data.market,
        account=account or Account(),
        costs=costs if isinstance(costs, Costs) else named_costs(costs),
        fills=FillRules(fills),
        commit=code_commit(),
    )
    return Run(execute(job, wiring.simulator(), Settings.from_environment()))


def run(name: str = "latest") -> Run:
    """Return a stored run by the beginning of its id."""
    return Run(recall(name, Settings.from_environment()))
