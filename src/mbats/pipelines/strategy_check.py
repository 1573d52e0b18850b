from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mbats.market.panel import align
from mbats.pipelines.order_check import check_orders
from mbats.strategies.causality import Causality, check_causality
from mbats.strategies.decision import decide_safely, describe

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbats.market.bars import Bars
    from mbats.simulation.simulator import Simulator
    from mbats.strategies.discovery import StrategySource
    from mbats.strategies.parameters import Configured


GENERATED = "the reference market, since the securities master is empty"


@dataclass(frozen=True, slots=True)
class Sample:
    """Bars to check on, by symbol, and in words where they come from."""

    origin: str
    market: Mapping[str, Bars]


@dataclass(frozen=True, slots=True)
class StrategyCheck:
    """What the check of one strategy found, for each set of bars it was tried on.

    Attributes
    ----------
    notes
        What is no error and worth knowing: no decision at all, decisions without the stop that others have.
    """

    strategy: str
    kind: str
    origin: str
    symbols: tuple[str, ...]
    synthetic: bool
    results: tuple[Causality, ...]
    notes: tuple[str, ...] = ()

    @property
    def proven(self) -> bool:
        """Whether nothing looked ahead."""
        return all(result.proven for result in self.results)


def check_strategy(
    source: StrategySource, configured: Configured, sample: Sample, simulator: Simulator
) -> StrategyCheck:
    """Prove on real bars that a strategy does not look ahead.

    The decisions of signal and target strategies are compared themselves; of a ``bt.Strategy`` the orders are, as
    `simulator` journals them.

    Raises
    ------
    StrategyFailed, MalformedDecision, TooFewBars
    """
    strategy, market = configured.strategy, sample.market
    notes: tuple[str, ...] = ()
    if source.kind == "backtrader":
        results: tuple[Causality, ...] = (check_orders(configured, market, simulator),)
    elif source.kind == "target":
        results = (check_causality(strategy, align(market)),)
    else:
        results = tuple(check_causality(strategy, bars) for bars in market.values())
        notes = tuple(note for bars in market.values() for note in _notes(strategy, bars))
    synthetic = any(bars.synthetic for bars in market.values())
    return StrategyCheck(source.name, source.kind, sample.origin, tuple(market), synthetic, results, notes)


def _notes(strategy: Any, bars: Bars) -> list[str]:
    signals = decide_safely(strategy, bars)
    decided = signals.side != 0
    if not decided.any():
        return [f"{describe(bars)}: no decision at all"]
    if signals.stop_distance is None or not (bare := int(np.isnan(signals.stop_distance[decided]).sum())):
        return []
    return [f"{describe(bars)}: {bare} of {int(decided.sum())} decisions have no stop, their stop_distance is NaN"]
