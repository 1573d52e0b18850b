from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mbats.labels.label import Labels

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from mbats.execution.costs import Costs
    from mbats.execution.financing import FinancingRates
    from mbats.labels.bracket import Bracket
    from mbats.market.bars import Bars


@dataclass(frozen=True, slots=True)
class Primary:
    """The strategy whose trades are to be told apart.

    Attributes
    ----------
    strategy, code
        Its name and the digest of its source.
    sides
        What it wants at each bar: +1 buy, -1 sell, 0 nothing; row t from bars up to t.
    """

    strategy: str
    code: str
    sides: Callable[[Bars], NDArray[Any]]


@dataclass(frozen=True, slots=True)
class MetaLabel:
    """Whether the trade of another strategy pays: 1 or 0, nothing where it is silent (Lopez de Prado 2018, 3.6).

    The primary says which way; whether its trade, in a bracket of the label's own, is worth taking is learnt.
    """

    bracket: Bracket
    primary: Primary

    @property
    def kind(self) -> str:
        """A class."""
        return "class"

    @property
    def spec(self) -> Mapping[str, Any]:
        """Name and parameters."""
        return {"name": "meta", "strategy": self.primary.strategy, "code": self.primary.code, **self.bracket.spec}

    def label(self, bars: Bars, costs: Costs, financing: FinancingRates | None = None) -> Labels:
        """Label every bar at which the primary trades, and that trade is seen to its end."""
        trades = self.bracket.outcome(bars, self.primary.sides(bars), costs, financing)
        value = np.where(np.isnan(trades.net), np.nan, np.where(trades.net > 0, 1.0, 0.0))
        return Labels(value, trades.share, bars.known_at, trades.end)
