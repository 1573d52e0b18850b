"""One schedule from its beginning to what it leaves behind."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from random import getrandbits
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID, uuid4

from fakes.live import OFF
from mbats.live.store import Condition, SessionTerms
from torture import market
from torture.conductor import Conductor
from torture.exchange import Exchange
from torture.process import Forked
from torture.session import Incarnation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbats.adapters.postgres.server import Server
    from mbats.live.store import Entry, SessionState
    from mbats.market.bars import Bars
    from mbats.market.instrument import Instrument
    from torture.schedule import Schedule

PATIENCE = 3 * 3_600
_MOST_LIVES = 40
_SEVER = (
    "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
    " AND objid = (SELECT id FROM risk.session WHERE uuid = %s)"
)


@dataclass
class Evidence:
    """What a schedule left behind, to be judged.

    Attributes
    ----------
    told
        What the exchange knows: `torture.exchange.Exchange.log`.
    deaths, faults
        Those that came.
    """

    schedule: Schedule
    terms: SessionTerms
    instruments: Mapping[str, Instrument]
    state: SessionState
    entries: list[Entry]
    told: dict[str, Any]
    deaths: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    lives: int = 0


class Trial:
    """A session that is begun again whenever it dies, until its market is over."""

    options: ClassVar = {"bars_wait": 0, "patience": PATIENCE}

    def __init__(self, schedule: Schedule, server: Server) -> None:
        self.schedule, self._server, self._store = schedule, server, server.session_store()
        self._bars = market.tape(schedule)
        self._market = market.market(self._bars)
        self._deaths: Counter[str] = Counter()
        self._lives = 0

    def run(self) -> Evidence:
        """Live through it.

        Raises
        ------
        RuntimeError
            A process ended as none should.
        """
        exchange = self._exchange = self._opened(f"101-001-{getrandbits(40)}-001")
        terms = self._terms(exchange.address)
        self._store.create(terms)
        try:
            self._conductor = self._conducted(terms, exchange.address)
            self._live(self._incarnation(terms, exchange.address))
            return self._evidence(terms, exchange.log(), self._conductor.happened)
        except BaseException:
            exchange.kill()
            raise

    def _opened(self, account: str) -> Exchange:
        return Exchange(self._market, account)

    def _conducted(self, terms: SessionTerms, address: dict[str, Any]) -> Conductor:
        assert self._market.tape.ends is not None
        span = (self._market.start, self._market.tape.ends)
        conductor = Conductor(self.schedule, address, span, lambda: self._sever(terms))
        conductor.arm()
        return conductor

    def _incarnation(self, terms: SessionTerms, address: dict[str, Any]) -> Incarnation:
        shares = market.allocations(self.schedule, self._bars)
        return Incarnation(terms, shares, tuple(self._ordered()), self._store, address, self._conductor)

    def _live(self, incarnation: Incarnation) -> None:
        deaths = list(self.schedule.deaths)
        while self._lives < _MOST_LIVES:
            if self._over(incarnation.terms):
                return
            self._lives += 1
            death = deaths.pop(0) if deaths else None
            end = _end(Forked(lambda tell, _, death=death: incarnation.live(death, tell)))
            if end == death and death is not None:
                self._deaths[f"{death.half} {death.call}"] += 1
            elif isinstance(end, Exception):
                raise end
            elif not str(end).startswith("could not begin"):
                return
        raise RuntimeError(f"{_MOST_LIVES} processes did not see the market's end")

    def _over(self, terms: SessionTerms) -> bool:
        """Tell whether nobody would begin it again: its last process died when all was said."""
        return self._store.states(str(terms.id))[0].condition in {Condition.STOPPED, Condition.FAILED}

    def _terms(self, address: Mapping[str, Any]) -> SessionTerms:
        names = [type(one.strategy).__name__ for one in market.allocations(self.schedule, self._bars)]
        first = next(iter(self._bars.values()))
        return SessionTerms(
            id=UUID(int=self.schedule.seed << 96 | getrandbits(96)),
            name=f"torture-{uuid4()}",
            run=uuid4(),
            venue="paper",
            url=address["url"],
            account=address["account"],
            strategies=tuple({"name": name} for name in names),
            instruments=self.schedule.symbols,
            timeframe="H1",
            anchor=int(first.time[0]),
            limits=OFF,
            options=self.options,
        )

    def _evidence(self, terms: SessionTerms, told: dict[str, Any], faults: Counter[str]) -> Evidence:
        state = self._store.states(str(terms.id))[0]
        if state.condition is Condition.NEW:
            raise RuntimeError("the session never began")
        instruments = {symbol: bars.instrument for symbol, bars in self._ordered().items()}
        entries = self._store.entries(terms.id)
        for fault in told["faults"]:
            faults[fault["kind"]] += fault["happened"]
        return Evidence(self.schedule, terms, instruments, state, entries, told, self._deaths, +faults, self._lives)

    def _ordered(self) -> dict[str, Bars]:
        return {symbol: self._bars[symbol] for symbol in dict.fromkeys((*self.schedule.symbols, *self._bars))}

    def _sever(self, terms: SessionTerms) -> None:
        with self._server.database("risk").transaction() as connection:
            connection.execute(_SEVER, (terms.id,))


def _end(process: Forked) -> Any:
    """Return how a process ended; it is gone in any case."""
    try:
        return process.hear()
    finally:
        process.kill()
        process.bury()
