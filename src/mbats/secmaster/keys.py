from __future__ import annotations

from dataclasses import dataclass
from enum import IntFlag

from mbats.market.timeframe import Alignment


@dataclass(frozen=True, slots=True, order=True)
class BarKey:
    """What keeps one set of bars apart from every other in the master."""

    symbol: str
    vendor: str
    timeframe: str
    alignment: Alignment = Alignment.NEW_YORK_17

    def __str__(self) -> str:
        return f"{self.symbol} {self.timeframe} ({self.vendor}, {self.alignment})"


class Flag(IntFlag):
    """Why a stored bar is suspicious; flags add up."""

    NONE = 0
    CROSSED_SPREAD = 1
    OUTLIER = 2
    GAP = 4
    STALE = 8
