from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from mbats.errors.base import MbatsError
from mbats.ledger.run import RunInfo
from mbats.market.conversion import Conversion
from mbats.market.local_time import moment
from mbats.pipelines.judged_run import judge_run
from mbats.pipelines.model_use import foresight, other_scorers
from mbats.pipelines.not_modelled import not_modelled
from mbats.pipelines.referee import declare, judge_sharpe
from mbats.pipelines.splits import refuse_splits
from mbats.reports.evidence import Evidence
from mbats.simulation.checks import check
from mbats.simulation.simulator import Allocation, Simulation
from mbats.strategies.model_signal import beside

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from mbats.clock import Clock
    from mbats.evidence.register import TrialRegister
    from mbats.execution.costs import Costs
    from mbats.execution.fills import FillRules
    from mbats.ledger.run import RunStore
    from mbats.ledger.terms import Account
    from mbats.pipelines.judged_run import JudgedRun
    from mbats.pipelines.market_data import MarketData
    from mbats.simulation.simulator import Simulator


@dataclass(frozen=True, slots=True)
class Backtest:
    """What a user asks of a backtest: strategies on one account, over one set of market data.

    Attributes
    ----------
    codes
        Digest of each allocation's strategy source, in the same order.
    command, commit
        How to do it again, and with which code.
    prior_trials, author
        Trials on this data made outside MBATS, and who declares them.
    """

    allocations: tuple[Allocation, ...]
    codes: tuple[str, ...]
    data: MarketData
    account: Account
    costs: Costs
    fills: FillRules
    command: str = ""
    commit: str = ""
    prior_trials: int = 0
    author: str = ""

    @property
    def symbols(self) -> tuple[str, ...]:
        """Every traded instrument, in the order in which simulators treat them."""
        return tuple(dict.fromkeys(symbol for share in self.allocations for symbol in share.instruments))

    def simulation(self) -> Simulation:
        """Return what a simulator needs; raises when a conversion rate is missing or a split lies in the way."""
        market = {symbol: self.data.bars[symbol] for symbol in self.symbols}
        refuse_splits(self.data.splits, market)
        conversion = Conversion(self.account.currency, self.data.bars)
        conversion.missing({bars.instrument.quote for bars in market.values()})
        financing = self.data.financing if self.costs.financing else None
        shares = tuple(
            replace(share, strategy=beside(share.strategy, self.data.bars.__getitem__)) for share in self.allocations
        )
        return Simulation(shares, market, self.account, conversion, self.costs, self.fills, financing)

    def info(self, simulator: str, started_at: datetime) -> RunInfo:
        """Return the record of this backtest as a run."""
        traded = {symbol: self.data.bars[symbol] for symbol in self.symbols}
        market = list(traded.values())
        return RunInfo(
            id=uuid4(),
            started_at=started_at,
            simulator=simulator,
            fills=self.fills,
            costs=asdict(self.costs),
            account={**asdict(self.account), "cash": str(self.account.cash)},
            strategies=tuple(described(share, code) for share, code in zip(self.allocations, self.codes, strict=True)),
            instruments=self.symbols,
            timeframe=str(market[0].timeframe),
            start=moment(min(int(bars.time[0]) for bars in market)),
            end=moment(max(int(bars.known_at[-1]) for bars in market)),
            snapshot=self.data.snapshot,
            commit=self.commit,
            synthetic=any(bars.synthetic for bars in self.data.bars.values()),
            command=self.command,
            notes=(
                *not_modelled(traded, self.costs, self.data.financing),
                *foresight(self.allocations, traded),
                *other_scorers(self.allocations),
            ),
        )


def run_backtest(  # noqa: PLR0917 - the run, and a port for each that takes part in it
    backtest: Backtest, name: str, simulator: Simulator, store: RunStore, clock: Clock, register: TrialRegister
) -> JudgedRun:
    """Simulate, judge and store one backtest; a failure is stored with its cause and raised again.

    Its trials count from its beginning, and its Sharpe ratio is deflated by all that are known at its end.

    Parameters
    ----------
    name
        What the run record calls `simulator`.
    """
    simulation = backtest.simulation()
    check(simulation)
    info = backtest.info(name, clock.now())
    store.begin(info)
    declare(register, info, backtest.prior_trials, backtest.author, info.started_at)
    try:
        journal = simulator.run(simulation)
        judged = judge_run(info, journal, simulation)
    except MbatsError as failure:
        store.fail(info.id, str(failure))
        raise
    store.finish(judged.result)
    deflation = judge_sharpe(judged.result, register)
    register.keep(info.id, deflation)
    return replace(judged, evidence=Evidence(deflation))


def described(share: Allocation, code: str) -> Mapping[str, Any]:
    """Return an allocation as a run record has it: name, code, parameters, instruments and sizing."""
    name = getattr(share.strategy, "name", None) or share.strategy.__name__
    return {
        "name": name,
        "code": code,
        "parameters": json.loads(json.dumps(dict(share.parameters), default=repr)),
        "instruments": list(share.instruments),
        "sizing": {"rule": type(share.sizing).__name__, **asdict(share.sizing)},  # type: ignore[call-overload]
    }
