from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mbats.errors.label import LabelParameterOutOfBounds
from mbats.labels.label import Labels

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbats.execution.costs import Costs
    from mbats.execution.financing import FinancingRates
    from mbats.labels.bracket import Bracket, Outcome
    from mbats.market.bars import Bars
    from mbats.market.columns import TimeColumn

LONG, SHORT, BOTH = "long", "short", "both"


@dataclass(frozen=True, slots=True)
class TripleBarrier:
    """Which way a bracket pays: the barriers of Lopez de Prado (2018), 3.4, met by the rules of the simulator.

    ``long`` and ``short`` ask whether that trade pays: +1 where its net profit is above zero, else -1; the outcome is
    that profit as a share of the price. ``both`` asks which of the two nets more, +1 the long, -1 the short, nothing
    where they do not differ by half a tick (a whipsaw stopped both); its outcome is half of what lies between them.
    Costs, which both pay, cancel there, so that noise is labelled evenly.
    """

    bracket: Bracket
    side: str = BOTH

    def __post_init__(self) -> None:
        """Refuse an unknown side."""
        if self.side not in {LONG, SHORT, BOTH}:
            facts = {"parameter": "side", "value": self.side, "bounds": f"{LONG}, {SHORT} or {BOTH}"}
            raise LabelParameterOutOfBounds(label="triple-barrier", **facts)

    @property
    def kind(self) -> str:
        """A class."""
        return "class"

    @property
    def spec(self) -> Mapping[str, Any]:
        """Name and parameters."""
        return {"name": "triple-barrier", **self.bracket.spec, "side": self.side}

    def label(self, bars: Bars, costs: Costs, financing: FinancingRates | None = None) -> Labels:
        """Label every bar whose trade can be made and is seen to its end."""
        if self.side == BOTH:
            long, short = (self._trades(sign, bars, costs, financing) for sign in (1, -1))
            return _better(long, short, float(bars.instrument.tick), bars.known_at)
        trades = self._trades(1 if self.side == LONG else -1, bars, costs, financing)
        value = np.where(np.isnan(trades.net), np.nan, np.where(trades.net > 0, 1.0, -1.0))
        return Labels(value, trades.share, bars.known_at, trades.end)

    def _trades(self, side: int, bars: Bars, costs: Costs, financing: FinancingRates | None) -> Outcome:
        return self.bracket.outcome(bars, np.full(len(bars), side), costs, financing)


def _better(long: Outcome, short: Outcome, tick: float, start: TimeColumn) -> Labels:
    ahead = long.net - short.net
    asked = np.abs(ahead) >= tick / 2
    value = np.where(asked, np.sign(ahead), np.nan)
    outcome = np.where(asked, (long.share - short.share) / 2, np.nan)
    return Labels(value, outcome, start, np.where(asked, np.maximum(long.end, short.end), start))
