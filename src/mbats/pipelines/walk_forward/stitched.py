"""Strategies whose decisions were put together beforehand: what a simulator runs in place of many parameter sets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mbats.pipelines.walk_forward.composition import STEP
from mbats.strategies.signal import Signals, SignalStrategy
from mbats.strategies.target import Targets, TargetStrategy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbats.market.bars import Bars
    from mbats.market.columns import IntColumn
    from mbats.market.panel import Panel


class StitchedSignals(SignalStrategy):
    """Hands out composed signals of each instrument, under the name of the strategy that made them."""

    def __init__(self, name: str, signals: Mapping[str, Signals]) -> None:
        super().__init__()
        self._name, self._signals = name, signals

    _name: str
    _signals: Mapping[str, Signals]

    @property
    def name(self) -> str:
        """Name of the strategy whose decisions these are."""
        return self._name

    def decide(self, bars: Bars) -> Signals:
        """Return the signals that were composed for just these bars."""
        return self._signals[bars.instrument.symbol]


class StitchedTargets(TargetStrategy):
    """Follows at each row of a panel the targets of the step that is due; without one, stays flat.

    Parameters
    ----------
    targets, owner
        By step, and the step of each row, for the rows that `time` names.
    """

    def __init__(self, name: str, targets: Mapping[int, Targets], owner: IntColumn) -> None:
        super().__init__()
        self._name, self._targets, self._owner = name, targets, owner

    _name: str
    _targets: Mapping[int, Targets]
    _owner: Any

    @property
    def name(self) -> str:
        """Name of the strategy whose decisions these are."""
        return self._name

    def decide(self, panel: Panel) -> Targets:
        """Return the targets that were composed for just this panel."""
        risk = np.zeros((len(panel), len(panel.symbols)))
        names = dict.fromkeys(name for targets in self._targets.values() for name in targets.columns)
        columns = {name: np.full(len(panel), np.nan) for name in names}
        for step, targets in self._targets.items():
            rows = self._owner == step
            risk[rows] = targets.risk[rows]
            for name, column in targets.columns.items():
                columns[name][rows] = column[rows]
        return Targets(risk, {**columns, STEP: self._owner.astype(np.float64)})
