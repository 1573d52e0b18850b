from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from mbats.strategies.strategy import Strategy

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mbats.market.columns import FloatColumn
    from mbats.market.panel import Panel


@dataclass(frozen=True, slots=True)
class Targets:
    """The positions a strategy wants after each row of a panel.

    Attributes
    ----------
    risk
        Shape (n, m), one column a symbol of the panel: signed share of the risk that sizing grants, +1 full long,
        -1 full short, 0 flat, NaN keep what there is.
    columns
        What the strategy shows of itself, any name to an array of shape (n,).
    """

    risk: NDArray[np.float64]
    columns: Mapping[str, FloatColumn] = field(default_factory=dict)


class TargetStrategy(Strategy):
    """A strategy for a panel of instruments: a pure function from prices to target positions."""

    kind: ClassVar[str] = "target"

    @abstractmethod
    def decide(self, panel: Panel) -> Targets:
        """Return the targets of all rows; row t may depend on rows <= t only."""
