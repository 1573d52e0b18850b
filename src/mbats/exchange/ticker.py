"""What the tape says, told to the engine."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from mbats.exchange.course import Course

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mbats.exchange.course import Move
    from mbats.exchange.exchange import Exchange
    from mbats.exchange.tape import Tape
    from mbats.market.path import Quote

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class RateChange:
    """From `time` on (nanoseconds UTC) an instrument is financed at these yearly rates; below zero the holder pays."""

    time: int
    symbol: str
    long_rate: Decimal
    short_rate: Decimal


class Ticker:
    """Moves the engine's prices along the course of a tape, and lets an operator meddle with them.

    Attributes
    ----------
    halted
        Instruments that the operator halted: their prices go on unseen, and jump when trading is resumed.
    shifts
        What the operator adds to the tape's prices of an instrument.
    """

    def __init__(self, exchange: Exchange, tape: Tape, rate_changes: Sequence[RateChange] = ()) -> None:
        self.exchange, self.course = exchange, Course(tape, exchange.time)
        self._rate_changes = deque(sorted(rate_changes, key=lambda change: change.time))
        self._refinance()
        self.halted: set[str] = set()
        self.shifts: dict[str, Decimal] = {}

    def moves(self, until: int) -> Iterator[Move]:
        """Go on to `until`, move by move; each is to be applied before the next is asked for."""
        while self._rate_changes and self._rate_changes[0].time <= until:
            yield from self.course.moves(self._rate_changes[0].time)
            self._refinance()
        yield from self.course.moves(until)

    def apply(self, move: Move) -> set[str]:
        """Do one move; return the instruments that it concerned."""
        exchange = self.exchange
        if reached := self._shown(move.reached):
            exchange.glide(move.time, reached)
        if move.closed:
            exchange.halt(move.closed)
        if opened := self._shown(move.opened):
            # In this order nothing is filled at the stale price of before the weekend.
            exchange.tick(move.time, opened)
            exchange.resume(tuple(opened))
        if exchange.time < move.time:
            exchange.advance(move.time)
        return {*reached, *move.closed, *opened}

    def halt(self, symbols: Iterable[str]) -> None:
        """Halt instruments, whatever the tape says."""
        self.halted.update(symbols)
        self.exchange.halt(tuple(symbols))

    def resume(self, symbols: Iterable[str]) -> None:
        """Let instruments trade again where the tape does, at its present price."""
        self.halted.difference_update(symbols)
        self._jump(symbols)

    def shift(self, symbol: str, by: Decimal) -> None:
        """Add `by` to bid and ask of an instrument from now on; zero ends it."""
        self.shifts[symbol] = by
        self._jump([symbol])

    def state(self) -> dict[str, Any]:
        """Return what must survive the process, as plain values."""
        return {"halted": sorted(self.halted), "shifts": {name: by for name, by in self.shifts.items() if by}}

    def recall(self, state: Mapping[str, Any]) -> None:
        """Take up what `state` of an earlier process says."""
        self.halted, self.shifts = set(state["halted"]), dict(state["shifts"])

    def _refinance(self) -> None:
        while self._rate_changes and self._rate_changes[0].time <= self.course.time:
            change = self._rate_changes.popleft()
            self.exchange.set_financing(change.symbol, change.long_rate, change.short_rate)

    def _jump(self, symbols: Iterable[str]) -> None:
        quotes = self.course.quotes()
        if present := self._shown({symbol: quotes[symbol] for symbol in symbols if symbol in quotes}):
            self.exchange.tick(self.exchange.time, present)
            self.exchange.resume(tuple(present))

    def _shown(self, quotes: Mapping[str, Quote]) -> dict[str, tuple[Decimal, Decimal]]:
        return {symbol: self._price(symbol, *quote) for symbol, quote in quotes.items() if symbol not in self.halted}

    def _price(self, symbol: str, bid: float, ask: float) -> tuple[Decimal, Decimal]:
        shift = self.shifts.get(symbol, ZERO)
        return Decimal(repr(bid)) + shift, Decimal(repr(ask)) + shift
