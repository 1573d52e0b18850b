from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mbats.features.state import State
    from mbats.market.bars import Bars
    from mbats.market.columns import FloatColumn


@dataclass(frozen=True, slots=True)
class Memory:
    """What was scored of an instrument: bars, their scores, and where recursive features stood after the last.

    Holding the bars keeps their memory from being used again: columns that begin at the same address are the same.
    """

    bars: Bars
    scores: FloatColumn
    states: Mapping[str, State]

    def continued_by(self, bars: Bars) -> bool:
        """Tell whether `bars` are those that were scored, or those and more: rows are only ever appended."""
        return len(bars) >= len(self.bars) and all(
            mine == theirs for mine, theirs in zip(_addresses(self.bars), _addresses(bars), strict=True)
        )


def _addresses(bars: Bars) -> Iterator[int | None]:
    """Return where each column begins, None for one that is not there."""
    yield bars.time.__array_interface__["data"][0]
    yield bars.known_at.__array_interface__["data"][0]
    yield bars.volume.__array_interface__["data"][0]
    for side in (bars.mid, bars.bid, bars.ask):
        for name in ("open", "high", "low", "close"):
            yield None if side is None else getattr(side, name).__array_interface__["data"][0]
