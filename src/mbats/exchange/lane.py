from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from mbats.exchange.bar_path import bar_path

if TYPE_CHECKING:
    from mbats.exchange.bar_path import BarPath
    from mbats.exchange.tape import Tape
    from mbats.market.bars import Bars

_AHEAD = 14 * 86_400_000_000_000
"""How far beyond the present an endless tape is asked for bars: longer than any holiday."""


class Lane:
    """One instrument's bars as time passes: those behind, the one that is open now, and the next."""

    def __init__(self, tape: Tape, symbol: str, time: int) -> None:
        self._tape, self._symbol = tape, symbol
        self._load(time)
        self._row = bisect_right(self._opens, time) - 1
        self._path = bar_path(self.bars, self._row) if self._row >= 0 else None

    @property
    def path(self) -> BarPath | None:
        """The path through the bar that opened last; None before the first."""
        return self._path

    def open_at(self, time: int) -> BarPath | None:
        """Return the path of the bar in which `time` lies, or None where the instrument does not trade."""
        return self._path if self._path and time < self._path.known_at else None

    def next_open(self) -> int | None:
        """Return when the next bar opens; None: never."""
        following = self._row + 1
        return int(self._opens[following]) if following < len(self._opens) else None

    def next_turn(self, time: int) -> int | None:
        """Return when a bar closes or opens next after `time`."""
        now = self.open_at(time)
        return now.known_at if now else self.next_open()

    def next_moment(self, time: int) -> int | None:
        """Return when the way of prices turns, or a bar closes or opens, next after `time`."""
        now = self.open_at(time)
        return now.next_moment(time) if now else self.next_open()

    def enter(self, time: int) -> bool:
        """Go on to the bar that opens at `time`; False where none does."""
        if self.next_open() != time:
            return False
        self._row += 1
        self._path = bar_path(self.bars, self._row)
        if time > self._asked - _AHEAD // 2:
            self._load(time)
        return True

    def _load(self, time: int) -> None:
        self._asked = time + _AHEAD
        self.bars: Bars = self._tape.bars(self._symbol, self._asked)
        self._opens = self.bars.time.data
