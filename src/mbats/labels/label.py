from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from mbats.execution.costs import Costs
    from mbats.execution.financing import FinancingRates
    from mbats.market.bars import Bars
    from mbats.market.columns import FloatColumn, TimeColumn


@dataclass(frozen=True, slots=True)
class Labels:
    """What came after each bar; every row carries when that was known.

    Attributes
    ----------
    value
        What is to be predicted, shape (n,); NaN where the future is not there yet or nothing is asked.
    outcome
        The return that goes with it, as a share of the price, shape (n,): what an information coefficient compares
        predictions with.
    start
        When the row's bar was known, nanoseconds UTC: the decision's moment.
    end
        When the last bar that the label was made of was known, nanoseconds UTC; where `value` is NaN: `start`.
    """

    value: FloatColumn
    outcome: FloatColumn
    start: TimeColumn
    end: TimeColumn


class Label(Protocol):
    """A rule that labels bars."""

    @property
    def kind(self) -> str:
        """``class`` (labels -1 and +1, or 0 and 1 for a meta-label) or ``number``."""
        ...

    @property
    def spec(self) -> Mapping[str, Any]:
        """Name and parameters, as JSON takes them: all that decides the labels but the bars and costs.

        Each has ``bars``, the number of bars that it looks ahead at most, but for the one at whose open it leaves.
        """
        ...

    def label(self, bars: Bars, costs: Costs, financing: FinancingRates | None = None) -> Labels:
        """Label all `bars`; costs, and dated financing rates where there are any, are stated as for a simulation."""
        ...
