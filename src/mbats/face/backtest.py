from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mbats.bootstrap import wiring
from mbats.bootstrap.backtesting import execute, named_costs, usual_size
from mbats.bootstrap.model_binding import with_model
from mbats.bootstrap.provenance import author, code_commit
from mbats.bootstrap.reporting import recall
from mbats.errors.simulation import NotASimulatedStrategy
from mbats.errors.strategy import ParametersOfInstance
from mbats.execution.costs import FREE, Costs
from mbats.execution.fills import FillRules
from mbats.face.run import Run
from mbats.ledger.terms import Account
from mbats.pipelines.backtest import Backtest
from mbats.pipelines.model_use import refuse_models
from mbats.settings import Settings
from mbats.simulation.simulator import Allocation
from mbats.strategies.discovery import kind_of
from mbats.strategies.parameters import Configured, configure_class
from mbats.strategies.source import digest
from mbats.strategies.strategy import Strategy

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
    simulator: str | None = None,
    prior_trials: int = 0,
    **parameters: Any,
) -> Run:
    """Simulate a strategy on the instruments of `data`, judge and store the run.

    Parameters
    ----------
    strategy
        A signal or target strategy, or its class with `parameters` beside it; or a ``bt.Strategy`` class with them.
    account
        By default 100,000 USD. Pairs that convert to its currency are added from the master where `data` has none.
    size
        What `fixed_units`, `percent_risk` or `volatility_target` return; a kind's usual size without.
    costs
        The name of a cost model or one of your own; ``"none"`` trades at mid.
    fills
        ``venue``, or ``backtrader``, which charges no named costs.
    simulator
        ``kernel`` (compiled) or ``backtrader``; the first unless the strategy or its size needs the second.
    prior_trials
        How many variants you have tried on this data elsewhere: they count when the Sharpe ratio is deflated.
    """
    job = prepared(
        strategy, data, account, size=size, costs=costs, fills=fills, prior_trials=prior_trials, **parameters
    )
    return Run(execute(job, wiring.simulator(simulator), Settings.from_environment()))


def prepared(
    strategy: Any,
    data: Data,
    account: Account | None = None,
    *,
    size: Sizing | None = None,
    costs: str | Costs = "oanda-us",
    fills: str = "venue",
    prior_trials: int = 0,
    **parameters: Any,
) -> Backtest:
    """Check what a notebook asks for, and return it ready to run."""
    ready, ran_with = with_model(_configured(strategy, parameters), Settings.from_environment())
    account = account or Account()
    rules = FillRules(fills)
    shares = (Allocation(ready, data.symbols, size or usual_size(ready), ran_with),)
    known = data.convertible_to(account.currency)
    refuse_models(shares, known.bars)
    return Backtest(
        allocations=shares,
        codes=(digest(ready if isinstance(ready, type) else type(ready)),),
        data=known,
        account=account,
        costs=charged(costs, rules),
        fills=rules,
        commit=code_commit(),
        prior_trials=prior_trials,
        author=author(),
    )


def _configured(strategy: Any, parameters: dict[str, Any]) -> Configured:
    if isinstance(strategy, type) and kind_of(strategy):
        return configure_class(strategy, parameters)
    if not isinstance(strategy, Strategy):
        raise NotASimulatedStrategy(strategy=repr(strategy))
    if parameters:
        given = ", ".join(f"{name}={value!r}" for name, value in parameters.items())
        raise ParametersOfInstance(strategy=strategy.name, given=given)
    return Configured(strategy, strategy.parameters)


def charged(costs: str | Costs, rules: FillRules) -> Costs:
    """Return the costs that are meant by a name, or those of one's own; no named ones under Backtrader's rules."""
    if isinstance(costs, Costs):
        return costs
    named = named_costs(costs)
    return FREE if rules is FillRules.BACKTRADER else named


def run(name: str = "latest") -> Run:
    """Return a stored run by the beginning of its id."""
    return Run(recall(name, Settings.from_environment()))
