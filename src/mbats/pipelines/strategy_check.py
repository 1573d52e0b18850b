from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from mbats.market.panel import align
from mbats.pipelines.order_check import check_orders
from mbats.strategies.causality import Causality, check_causality
from mbats.strategies.decision import decide_safely

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mbats.market.bars import Bars
    from mbats.simulation.simulator import Simulator
    from mbats.strategies.discovery import StrategySource
    from mbats.strategies.parameters import Configured
    from mbats.strategies.signal import Signals


GENERATED = "the reference market, since the securities master is empty"


@dataclass(frozen=True, slots=True)
class Sample:
    """Bars to check on, by symbol, and in words where they come from."""

    origin: str
    market: Mapping[str, Bars]


@dataclass(frozen=True, slots=True)
class StrategyCheck:
    """What the check of one strategy found, for each set of bars it was tried on; `origin` says whose they are."""

    strategy: str
    kind: str
    origin: str
    symbols: tuple[str, ...]
    synthetic: bool
    results: tuple[Causality, ...]

    @property
    def proven(self) -> bool:
        """Whether nothing looked ahead."""
        return all(result.proven for result in self.results)


def check_strategy(
    source: StrategySource, configured: Configured, sample: Sample, simulator: Callable[[], Simulator]
) -> StrategyCheck:
    """Prove on real bars that a strategy does not look ahead.

    The decisions of signal and target strategies are compared themselves; of a ``bt.Strategy`` the orders are, as
    `simulator` journals them; it is made only then.

    Raises
    ------
    StrategyFailed, MalformedDecision, TooFewBars
    """
    market = sample.market
    if source.kind == "backtrader":
        results: tuple[Causality, ...] = (check_orders(configured, market, simulator()),)
    elif source.kind == "target":
        results = (check_causality(configured.strategy, align(market)),)
    else:
        results = tuple(_check_signals(configured.strategy, bars) for bars in market.values())
    synthetic = any(bars.synthetic for bars in market.values())
    return StrategyCheck(source.name, source.kind, sample.origin, tuple(market), synthetic, results)


def _check_signals(strategy: Any, bars: Bars) -> Causality:
    result = check_causality(strategy, bars)
    return replace(result, notes=(*result.notes, *_notes(decide_safely(strategy, bars))))


def _notes(signals: Signals) -> list[str]:
    """Say what is no error and worth knowing."""
    decided = signals.side != 0
    if not decided.any():
        return ["no decision at all on these bars"]
    if signals.stop_distance is None or not (bare := int(np.isnan(signals.stop_distance[decided]).sum())):
        return []
    return [f"{bare} of {int(decided.sum())} decisions have no stop: their stop_distance is NaN"]
