from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import backtrader as bt

from mbats.adapters.backtrader.raw import AllocatedSize, Blame, on_its_feeds
from mbats.adapters.backtrader.signal_bridge import SignalBridge
from mbats.adapters.backtrader.stage import Stage
from mbats.adapters.backtrader.target_bridge import TargetBridge
from mbats.errors.simulation import NotASimulatedStrategy
from mbats.features.indicators.zero_division import zero_division
from mbats.market.panel import align
from mbats.simulation.checks import check
from mbats.simulation.watch import unwatched
from mbats.strategies.decision import decide_safely
from mbats.strategies.signal import SignalStrategy
from mbats.strategies.target import TargetStrategy

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mbats.ledger.journal import Journal
    from mbats.simulation.simulator import Allocation, Simulation
    from mbats.simulation.watch import Watch


class BacktraderSimulator:
    """Runs signal strategies, target strategies and `bt.Strategy` classes in Backtrader, several on one account.

    Parameters
    ----------
    analyzers
        Analyzer classes that every strategy gets; `analyses` holds what they found in the last run.
    watch
        Is told how many of the times that have bars were simulated.
    begins
        Under venue rules strategies warm up on the bars that are known before: their orders are turned away,
        nanoseconds UTC.

    Attributes
    ----------
    analyses
        One dict an allocation: results by the analyzers' class names.
    """

    def __init__(self, analyzers: Sequence[type] = (), watch: Watch = unwatched, begins: int = 0) -> None:
        self._analyzers = analyzers
        self._watch, self._begins = watch, begins
        self.analyses: list[dict[str, Any]] = []

    def run(self, simulation: Simulation) -> Journal:
        """Simulate by `simulation.fills` and return what happened.

        Raises
        ------
        NotASimulatedStrategy
            An allocation holds something that Backtrader cannot run.
        mbats.errors.strategy.StrategyFailed
            A strategy raised; names strategy, bar, file and line.
        mbats.errors.base.MbatsError
            What `mbats.simulation.checks.check` refuses, or a missing conversion rate.
        """
        check(simulation)
        stage = Stage(simulation, self._begins)
        cerebro = bt.Cerebro(stdstats=False)
        cerebro.setbroker(stage.broker)
        for feed in stage.feeds.values():
            cerebro.adddata(feed)
        for analyzer in self._analyzers:
            cerebro.addanalyzer(analyzer, _name=analyzer.__name__)
        zero: Literal["nan", "raise"] = "raise" if stage.native else "nan"
        with self._watch("Simulating", stage.steps) as advance, Blame(), zero_division(zero):
            stage.tell(advance)
            for share in simulation.allocations:
                _cast(cerebro, stage, share)
            strategies = cerebro.run()
            self.analyses = [_analysis(strategy) for strategy in strategies]
        return stage.recorder.journal()


def _cast(cerebro: Any, stage: Stage, share: Allocation) -> None:
    if isinstance(share.strategy, SignalStrategy):
        _cast_signal(cerebro, stage, share)
    elif isinstance(share.strategy, TargetStrategy):
        _cast_target(cerebro, stage, share)
    elif isinstance(share.strategy, type) and issubclass(share.strategy, bt.Strategy):
        make = _placed(stage, share, share.strategy, share.instruments)
        number = cerebro.addstrategy(make, **share.parameters)
        cerebro.addsizer_byidx(number, AllocatedSize, stage=stage, sizing=share.sizing)
    else:
        raise NotASimulatedStrategy(strategy=repr(share.strategy))


def _cast_signal(cerebro: Any, stage: Stage, share: Allocation) -> None:
    market = stage.simulation.market
    signals = {symbol: decide_safely(share.strategy, market[symbol]) for symbol in share.instruments}
    make = _placed(stage, share, SignalBridge, _in_market_order(stage, share))
    cerebro.addstrategy(make, signals=signals, ticket=stage.ticket, **_common(stage, share))


def _cast_target(cerebro: Any, stage: Stage, share: Allocation) -> None:
    order = _in_market_order(stage, share)
    panel = align({symbol: stage.simulation.market[symbol] for symbol in order})
    targets = decide_safely(share.strategy, panel)
    make = _placed(stage, share, TargetBridge, order)
    cerebro.addstrategy(make, panel=panel, targets=targets, **_common(stage, share))


def _placed(stage: Stage, share: Allocation, strategy: type, order: Sequence[str]) -> Callable[..., Any]:
    feeds = [stage.feeds[symbol] for symbol in order]
    return on_its_feeds(strategy, feeds, alone=len(share.instruments) == len(stage.feeds))


def _in_market_order(stage: Stage, share: Allocation) -> list[str]:
    return [symbol for symbol in stage.feeds if symbol in share.instruments]


def _common(stage: Stage, share: Allocation) -> dict[str, Any]:
    return {"sizing": share.sizing, "recorder": stage.recorder, "nav": stage.nav}


def _analysis(strategy: Any) -> dict[str, Any]:
    return {name: analyzer.get_analysis() for name, analyzer in strategy.analyzers.getitems()}
