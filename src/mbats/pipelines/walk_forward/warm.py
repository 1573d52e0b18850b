"""A strategy that knows what came before the bars on which it may trade."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mbats.market.panel import align
from mbats.pipelines.walk_forward.composition import tail
from mbats.strategies.decision import decide_safely
from mbats.strategies.signal import Signals, SignalStrategy
from mbats.strategies.target import Targets, TargetStrategy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbats.market.bars import Bars
    from mbats.market.panel import Panel


def warmed(strategy: Any, history: Mapping[str, Bars]) -> Any:
    """Return `strategy` deciding from the beginning of `history`, on bars that begin later.

    What is neither a signal nor a target strategy is returned as it is: it sees bars only as it trades them.
    """
    if isinstance(strategy, SignalStrategy):
        return _WarmSignals(strategy, history)
    return _WarmTargets(strategy, history) if isinstance(strategy, TargetStrategy) else strategy


class _WarmSignals(SignalStrategy):
    def __init__(self, strategy: SignalStrategy, history: Mapping[str, Bars]) -> None:
        super().__init__()
        self._strategy, self._history = strategy, history

    _strategy: SignalStrategy
    _history: Mapping[str, Bars]

    @property
    def name(self) -> str:
        return self._strategy.name

    def decide(self, bars: Bars) -> Signals:
        whole = self._history[bars.instrument.symbol]
        first = int(np.searchsorted(whole.time, bars.time[0]))
        return tail(decide_safely(self._strategy, whole.rows(0, first + len(bars))), first)


class _WarmTargets(TargetStrategy):
    def __init__(self, strategy: TargetStrategy, history: Mapping[str, Bars]) -> None:
        super().__init__()
        self._strategy, self._history = strategy, history

    _strategy: TargetStrategy
    _history: Mapping[str, Bars]

    @property
    def name(self) -> str:
        return self._strategy.name

    def decide(self, panel: Panel) -> Targets:
        end = int(panel.time[-1]) + 1
        whole = align({symbol: self._history[symbol].between(-(2**63), end) for symbol in panel.symbols})
        made, first = decide_safely(self._strategy, whole), int(np.searchsorted(whole.time, panel.time[0]))
        return Targets(made.risk[first:], {name: column[first:] for name, column in made.columns.items()})
