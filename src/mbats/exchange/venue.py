from __future__ import annotations

import asyncio
import sqlite3
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from mbats.errors.exchange_service import StateNotSaved
from mbats.exchange.candles.book import CandleBook
from mbats.exchange.pacing import Flowing, Stepped
from mbats.exchange.ticker import Ticker
from mbats.exchange.topic import Topic
from mbats.exchange.turns import Turn, Turns
from mbats.market.timeframe import NANOSECONDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from decimal import Decimal

    from mbats.exchange.course import Course
    from mbats.exchange.exchange import Exchange
    from mbats.exchange.pacing import Pacing
    from mbats.exchange.quote import Quote
    from mbats.exchange.reply import Reply
    from mbats.exchange.store import Store
    from mbats.exchange.tape import Tape
    from mbats.exchange.ticker import RateChange
    from mbats.market.bars import Bars

Result = TypeVar("Result")

_BREATH = 0.1
_MOVES_AT_A_TIME = 20
_TOUCH = 1.0  # seconds of the venue's time that a kill may take back where nothing happened
_BACKLOG = 2.0


@dataclass(frozen=True, slots=True)
class Price:
    """An instrument's quote, as it has just become."""

    symbol: str
    quote: Quote


class Venue:
    """An exchange in operation: prices move along a tape in their time, and accounts act between two moves.

    Everything happens in one asyncio loop. What a command or a move did is saved before anybody can learn of it, so
    whoever kills the process loses nothing that was told.

    Attributes
    ----------
    prices, transactions
        What changed, for whoever listens.
    turns
        Of a stepped venue: who takes part.
    skew
        Added to the time that clients are shown, nanoseconds.
    ended
        Whether the tape is over.
    """

    def __init__(
        self,
        exchange: Exchange,
        tape: Tape,
        pacing: Pacing,
        store: Store | None = None,
        rate_changes: Sequence[RateChange] = (),
    ) -> None:
        self.exchange, self.tape, self.store, self._pacing = exchange, tape, store, pacing
        self.ticker = Ticker(exchange, tape, rate_changes)
        self.candles = CandleBook(self)
        self.turns = Turns(pacing.patience, pacing.quorum) if isinstance(pacing, Stepped) else Turns()
        self.prices, self.transactions = Topic[Price](), Topic[tuple[str, dict[str, Any]]]()
        self.skew, self.ended = 0, False
        self._new: list[tuple[str, dict[str, Any]]] = []
        self._touched_at = 0.0
        self._failed = asyncio.Event()
        self._failure = ""
        exchange.listeners.append(lambda account, transaction: self._new.append((account, transaction)))

    @property
    def stepped(self) -> bool:
        """Whether time waits for turns."""
        return isinstance(self._pacing, Stepped)

    @property
    def course(self) -> Course:
        """Where the market is on its tape."""
        return self.ticker.course

    @property
    def symbols(self) -> tuple[str, ...]:
        """What trades."""
        return tuple(self.tape.instruments)

    @property
    def time(self) -> int:
        """The exchange's present moment, nanoseconds UTC; a flowing market is brought up to it."""
        self._catch_up()
        return self.exchange.time

    def now(self) -> int:
        """Return the time that clients are shown, nanoseconds UTC."""
        return self.time + self.skew

    def bars(self, symbol: str) -> Bars | None:
        """Return the bars of `symbol` up to the present one or beyond, for candles."""
        return self.course.bars(symbol)

    async def act(self, account: str, command: Callable[[Exchange], Reply]) -> Reply:  # noqa: ARG002 - says whose
        """Run an account's command at the present moment; its transactions are saved before it returns."""
        return await self.do(command)

    async def do(self, command: Callable[[Exchange], Result]) -> Result:
        """Run any command on the engine at the present moment; what it did is saved before it returns."""
        self._check_saved()
        self._catch_up()
        result = command(self.exchange)
        self._keep()
        return result

    async def halt(self, symbols: Iterable[str]) -> None:
        """Halt instruments until `resume`, whatever the tape says."""
        self._meddle(lambda: self.ticker.halt(symbols), symbols)

    async def resume(self, symbols: Iterable[str]) -> None:
        """Let instruments trade again where the tape does, at its present price."""
        self._meddle(lambda: self.ticker.resume(symbols), symbols)

    async def shift(self, symbol: str, by: Decimal) -> None:
        """Let an instrument's prices jump by `by` and stay so; zero ends it. Candles do not show it."""
        self._meddle(lambda: self.ticker.shift(symbol, by), [symbol])

    async def run(self) -> None:
        """Let time pass until the tape is over.

        Raises
        ------
        StateNotSaved
            What happened could not be saved; nobody was told, and nothing more may happen.
        """
        passing, failed = asyncio.ensure_future(self._pass_time()), asyncio.ensure_future(self._failed.wait())
        try:
            await asyncio.wait({passing, failed}, return_when=asyncio.FIRST_COMPLETED)
            self._check_saved()
            await passing
        finally:
            passing.cancel()
            failed.cancel()
        self.ended = True

    async def step(self, until: int) -> None:
        """Move the market to `until`; others get their turn every few moves."""
        for number, move in enumerate(self.ticker.moves(until), 1):
            self._publish(self.ticker.apply(move))
            if number % _MOVES_AT_A_TIME == 0:
                await asyncio.sleep(0)

    def save(self) -> None:
        """Save everything as it is now."""
        self._check_saved()
        if self.store:
            with self._saving():
                self.store.save(self.exchange.delta(), self._new, self._state())
        for item in self._new:
            self.transactions.publish(item)
        self._new.clear()

    async def recall(self, state: Mapping[str, Any]) -> None:
        """Take up where the process before was; `state` is what it saved of the venue."""
        self.ticker.recall(state)
        await self.step(state["time"])

    async def _pass_time(self) -> None:
        if isinstance(self._pacing, Stepped):
            await self._take_turns()
        else:
            await self._flow(self._pacing)

    async def _take_turns(self) -> None:
        await self.turns.deal(Turn(self.exchange.time))
        while (following := self.course.next_turn()) is not None:
            await self.turns.settled()
            await self.step(following)
            self._touch()
            await self.turns.deal(Turn(following))
        await self.turns.settled()
        await self.turns.deal(Turn(self.exchange.time, done=True))

    async def _flow(self, pacing: Flowing) -> None:
        pacing.begin(self.exchange.time)
        while self.course.next_turn() is not None:
            target = pacing.now()
            await self.step(target)
            if not pacing.present and pacing.now() - target > _BACKLOG * NANOSECONDS * pacing.speed:
                pacing.begin(self.exchange.time)  # faster than this machine can: time passes as fast as it can
            self._touch(_TOUCH / pacing.speed)
            await asyncio.sleep(_BREATH)

    def _catch_up(self) -> None:
        """Bring a flowing market up to this very moment, so that nobody who asks for now asks for the future."""
        pacing = self._pacing
        if self.ended or not isinstance(pacing, Flowing):
            return
        target = pacing.now()
        if 0 < target - self.exchange.time < _BACKLOG * NANOSECONDS * pacing.speed:
            for move in self.ticker.moves(target):
                self._publish(self.ticker.apply(move))

    def _meddle(self, change: Callable[[], None], symbols: Iterable[str]) -> None:
        self._catch_up()
        change()
        self.save()
        self._publish(symbols)

    def _publish(self, symbols: Iterable[str]) -> None:
        self._keep()
        if len(self.prices):
            for symbol in symbols:
                if quote := self.exchange.quote(symbol):
                    self.prices.publish(Price(symbol, quote))

    def _keep(self) -> None:
        if self._new:
            self.save()

    def _touch(self, seconds: float = 0.0) -> None:
        now = asyncio.get_running_loop().time()
        if self.store and now - self._touched_at >= seconds:
            self._touched_at = now
            with self._saving():
                self.store.touch(self._state())

    @contextmanager
    def _saving(self) -> Iterator[None]:
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            self._failure = str(error)
            self._failed.set()
            raise StateNotSaved(why=error) from error

    def _check_saved(self) -> None:
        """Refuse to go on once the engine is ahead of what is saved."""
        if self._failed.is_set():
            raise StateNotSaved(why=self._failure)

    def _state(self) -> dict[str, Any]:
        return {"time": self.exchange.time, **self.ticker.state()}
