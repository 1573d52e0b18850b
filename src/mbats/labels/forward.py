from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mbats.errors.label import LabelParameterOutOfBounds
from mbats.labels.label import Labels

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbats.execution.costs import Costs
    from mbats.execution.financing import FinancingRates
    from mbats.market.bars import Bars


@dataclass(frozen=True, slots=True)
class ForwardReturn:
    """The return of the `bars` that follow, at mid and before costs: from the next open to the close of the last.

    It begins at the first price that a decision can have. The way there from the close decided on, a weekend's gap,
    say, is nobody's to earn. (AFML, 3.2, measures from close to close.)
    """

    bars: int = 12

    def __post_init__(self) -> None:
        """Refuse a horizon of no bar."""
        at_least_one("forward-return", "bars", self.bars)

    @property
    def kind(self) -> str:
        """A number."""
        return "number"

    @property
    def spec(self) -> Mapping[str, Any]:
        """Name and parameters."""
        return {"name": "forward-return", **asdict(self)}

    def label(self, bars: Bars, costs: Costs, financing: FinancingRates | None = None) -> Labels:  # noqa: ARG002 - the protocol's form
        """Label every bar that has so many after it."""
        value = np.full(len(bars), np.nan)
        end = bars.known_at.copy()
        if len(bars) > self.bars:
            value[: -self.bars] = bars.close[self.bars :] / bars.open[1 : len(bars) - self.bars + 1] - 1.0
            end[: -self.bars] = bars.known_at[self.bars :]
        return Labels(value, value, bars.known_at, end)


@dataclass(frozen=True, slots=True)
class Sign:
    """Whether the price rises over the `bars` that follow: +1, else -1; the return is that of `ForwardReturn`."""

    bars: int = 12

    def __post_init__(self) -> None:
        """Refuse a horizon of no bar."""
        at_least_one("sign", "bars", self.bars)

    @property
    def kind(self) -> str:
        """A class."""
        return "class"

    @property
    def spec(self) -> Mapping[str, Any]:
        """Name and parameters."""
        return {"name": "sign", **asdict(self)}

    def label(self, bars: Bars, costs: Costs, financing: FinancingRates | None = None) -> Labels:  # noqa: ARG002 - the protocol's form
        """Label every bar that has so many after it."""
        forward = ForwardReturn(self.bars).label(bars, costs)
        sides = np.where(forward.value > 0, 1.0, -1.0)
        value = np.where(np.isnan(forward.value), np.nan, sides)
        return Labels(value, forward.outcome, forward.start, forward.end)


def at_least_one(label: str, parameter: str, value: int) -> None:
    """Refuse a count of bars that is not a whole number above zero."""
    if type(value) is not int or value < 1:
        bounds = "a whole number of at least 1"
        raise LabelParameterOutOfBounds(label=label, parameter=parameter, value=value, bounds=bounds)
