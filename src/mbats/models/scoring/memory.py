from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mbats.features.state import State
    from mbats.market.bars import Bars
    from mbats.market.columns import FloatColumn

Begins: TypeAlias = tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Memory:
    """What was scored of an instrument: bars, their scores, and where recursive features stood after the last.

    Holding the bars keeps their memory from being used again: columns that begin at the same address are the same.
    """

    bars: Bars
    scores: FloatColumn
    states: Mapping[str, State]
    begins: Begins

    def continued_by(self, bars: Bars, begins: Begins) -> bool:
        """Tell whether `bars` are those that were scored, or those and more: rows are only ever appended."""
        return len(bars) >= len(self.bars) and self.begins == begins


def begins_of(bars: Bars) -> Begins:
    """Return where in memory each column begins, None for one that is not there."""
    return tuple(_addresses(bars))


def _addresses(bars: Bars) -> Iterator[int | None]:
    yield bars.time.__array_interface__["data"][0]
    yield bars.known_at.__array_interface__["data"][0]
    yield bars.volume.__array_interface__["data"][0]
    for side in (bars.mid, bars.bid, bars.ask):
        for name in ("open", "high", "low", "close"):
            yield None if side is None else getattr(side, name).__array_interface__["data"][0]
