from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mbats.exchange.lane import Lane

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mbats.exchange.tape import Tape
    from mbats.market.bars import Bars
    from mbats.market.path import Quote


@dataclass(frozen=True, slots=True)
class Move:
    """What happens to the market at one moment, in the order of these fields.

    Attributes
    ----------
    time
        Nanoseconds UTC.
    reached
        Bid and ask to which prices have glided since the move before, of every instrument that trades.
    closed
        Instruments whose bar is over and which have no next one yet.
    opened
        Bid and ask to which prices jump: first prices of bars.
    """

    time: int
    reached: Mapping[str, Quote]
    closed: tuple[str, ...]
    opened: Mapping[str, Quote]


class Course:
    """The way of a whole market through the bars of a tape.

    Between two waypoints of any instrument all others are where their own lines have them, so every move is a straight
    line for all.
    """

    def __init__(self, tape: Tape, time: int) -> None:
        self.time = time
        self.lanes = {symbol: Lane(tape, symbol, time) for symbol in tape.instruments}

    def quotes(self) -> dict[str, Quote]:
        """Return the present bid and ask of every instrument that trades now."""
        return {symbol: path.at(self.time) for symbol, lane in self.lanes.items() if (path := lane.open_at(self.time))}

    def last_quotes(self) -> dict[str, tuple[int, Quote]]:
        """Return when each instrument that does not trade now was last quoted, and how; without those never quoted."""
        paths = {symbol: lane.path for symbol, lane in self.lanes.items() if not lane.open_at(self.time)}
        return {symbol: (path.moments[3], path.points[3]) for symbol, path in paths.items() if path}

    def next_turn(self) -> int | None:
        """Return the next moment at which any bar closes or opens; None: the tape has ended."""
        turns = [lane.next_turn(self.time) for lane in self.lanes.values()]
        return min((turn for turn in turns if turn is not None), default=None)

    def moves(self, until: int) -> Iterator[Move]:
        """Go on to `until`, move by move; one has happened only when it was asked for."""
        while (moment := self._next_moment()) is not None and moment <= until:
            yield self._move(moment)
        if self.time < until:
            yield self._move(until)

    def _next_moment(self) -> int | None:
        moments = [lane.next_moment(self.time) for lane in self.lanes.values()]
        return min((moment for moment in moments if moment is not None), default=None)

    def _move(self, time: int) -> Move:
        reached, closed, opened = {}, [], {}
        for symbol, lane in self.lanes.items():
            before = lane.open_at(self.time)
            if lane.enter(time):
                assert lane.path
                opened[symbol] = lane.path.points[0]
            elif before and time >= before.known_at:
                closed.append(symbol)
            elif before:
                reached[symbol] = before.at(time)
        self.time = time
        return Move(time, reached, tuple(closed), opened)

    def bars(self, symbol: str) -> Bars | None:
        """Return the bars of `symbol` from the beginning to the present one or beyond."""
        return self.lanes[symbol].bars if symbol in self.lanes else None
