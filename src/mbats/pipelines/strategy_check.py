from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from mbats.market.panel import align
from mbats.pipelines.order_check import check_orders
from mbats.strategies.causality import Causality, check_causality
from mbats.strategies.decision import decide_safely
from mbats.strategies.target import Targets

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mbats.market.bars import Bars
    from mbats.market.panel import Panel
    from mbats.simulation.simulator import Simulator
    from mbats.strategies.discovery import StrategySource
    from mbats.strategies.parameters import Configured
    from mbats.strategies.signal import Signals


GENERATED = "the reference market, since the securities master is empty"
_NO_DECISION = "no decision at all on these bars"


@dataclass(frozen=True, slots=True)
class Sample:
    """Bars to check on, by symbol, and in words where they come from."""

    origin: str
    market: Mapping[str, Bars]


@dataclass(frozen=True, slots=True)
class StrategyCheck:
    """What the check of one strategy found, for each set of bars it was tried on.

    `origin` says in words where they come from, `vendors` who made them.
    """

    strategy: str
    kind: str
    origin: str
    symbols: tuple[str, ...]
    vendors: tuple[str, ...]
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
        results = (_check_decisions(configured.strategy, align(market)),)
    else:
        results = tuple(_check_decisions(configured.strategy, bars) for bars in market.values())
    synthetic = any(bars.synthetic for bars in market.values())
    vendors = tuple(sorted({bars.vendor for bars in market.values() if bars.vendor}))
    return StrategyCheck(source.name, source.kind, sample.origin, tuple(market), vendors, synthetic, results)


def _check_decisions(strategy: Any, market: Bars | Panel) -> Causality:
    result = check_causality(strategy, market)
    return replace(result, notes=(*result.notes, *_notes(decide_safely(strategy, market))))


def _notes(decision: Signals | Targets) -> list[str]:
    """Say what is no error and worth knowing."""
    if isinstance(decision, Targets):
        return [] if (np.nan_to_num(decision.risk) != 0).any() else [_NO_DECISION]
    return _notes_on_signals(decision)


def _notes_on_signals(signals: Signals) -> list[str]:
    decided = signals.side != 0
    if not decided.any():
        return [_NO_DECISION]
    if signals.stop_distance is None or not (bare := int(np.isnan(signals.stop_distance[decided]).sum())):
        return []
    return [f"{bare} of {int(decided.sum())} decisions have no stop: their stop_distance is NaN"]
