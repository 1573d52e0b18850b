"""Sessions in memory, shared by every store of the same `Shelf`: what processes share is their database."""

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

from mbats.errors.live import InstrumentTaken, SessionHeld, SessionNameTaken, SessionOver, UnknownSession
from mbats.live.store import Condition, Entry, SessionState, SessionTerms, Wish

NOW = datetime(2016, 6, 21, 10, tzinfo=UTC)


@dataclass
class Shelf:
    states: dict[UUID, SessionState] = field(default_factory=dict)
    logs: dict[UUID, dict[tuple[str, str], Entry]] = field(default_factory=dict)
    acts: dict[UUID, dict[str, Entry]] = field(default_factory=dict)


class FakeSessionStore:
    """Implements `mbats.live.store.SessionStore`."""

    def __init__(self, shelf: Shelf | None = None) -> None:
        self.shelf = shelf or Shelf()

    def create(self, terms: SessionTerms, wish: Wish = Wish.RUN) -> None:
        for state in self.shelf.states.values():
            if state.over:
                continue
            if state.terms.name == terms.name:
                raise SessionNameTaken(name=terms.name)
            if (state.terms.url, state.terms.account) != (terms.url, terms.account):
                continue
            for instrument in sorted({*state.terms.instruments} & {*terms.instruments}):
                raise InstrumentTaken(owner=state.terms.name, instrument=instrument, account=terms.account)
        self.shelf.states[terms.id] = SessionState(terms, wish, Condition.NEW, "", NOW, None)
        self.shelf.logs[terms.id], self.shelf.acts[terms.id] = {}, {}

    @contextmanager
    def hold(self, session: UUID):
        state = self._state(session)
        if state.held:
            raise SessionHeld(session=state.terms.name, process=state.process or "not told yet")
        self.shelf.states[session] = replace(state, held=True)
        try:
            yield
        finally:
            self.shelf.states[session] = replace(self.shelf.states[session], held=False)

    def append(self, session: UUID, entries) -> None:
        log = self.shelf.logs[session]
        for entry in entries:
            log.setdefault((entry.kind, entry.key), entry)
            if entry.kind == "act":
                self.shelf.acts[session].setdefault(entry.key, entry)

    def entries(self, session: UUID, kind: str | None = None) -> list[Entry]:
        return [entry for entry in self.shelf.logs[session].values() if kind in {None, entry.kind}]

    def asked(self, session: UUID) -> tuple[Wish, list[Entry]]:
        return self._state(session).wish, list(self.shelf.acts[session].values())

    def tell(self, session: UUID, condition: Condition, reason: str = "") -> None:
        told = {"condition": condition, "reason": reason, "heartbeat_at": NOW, "process": 1}
        self.shelf.states[session] = replace(self._state(session), **told)

    def states(self, name: str | None = None) -> list[SessionState]:
        newest = reversed(self.shelf.states.values())
        found = [state for state in newest if name is None or _is_meant(state.terms, name)]
        return sorted(found, key=lambda state: state.over)

    def want(self, session: UUID, wish: Wish, reason: str) -> None:
        state = self._state(session)
        if state.over:
            raise SessionOver(session=state.terms.name, reason=state.reason or state.condition)
        again = state.condition is Condition.FAILED and wish is not Wish.STOP
        condition = Condition.NEW if again else state.condition
        self.shelf.states[session] = replace(state, wish=wish, condition=condition)
        body = {"act": str(wish), "reason": reason}
        self.append(session, [Entry("act", str(uuid4()), round(NOW.timestamp()) * 1_000_000_000, body)])

    def _state(self, session: UUID) -> SessionState:
        if session not in self.shelf.states:
            raise UnknownSession(session=session, known="none")
        return self.shelf.states[session]


def _is_meant(terms: SessionTerms, name: str) -> bool:
    return terms.name == name or (len(name) >= 4 and str(terms.id).startswith(name.lower()))


def session_terms(name: str = "sample", instruments: tuple[str, ...] = ("EUR_USD",), **facts) -> SessionTerms:
    """Return what a session of the sample strategy was asked to do."""
    sample = {
        "name": "RsiBracket",
        "code": "c0de",
        "parameters": {"rsi_period": 30, "stop_atr": 1.0},
        "instruments": list(instruments),
        "sizing": {"rule": "FixedUnits", "size": 1000.0},
    }
    usual = {"venue": "paper", "url": "http://127.0.0.1:9", "account": "101-001-1-001", "strategies": (sample,)}
    usual |= {"id": uuid4(), "run": uuid4(), "timeframe": "H1", "anchor": 1_466_500_000_000_000_000}
    usual |= {"limits": {"daily_loss": "2"}, "options": {"speed": 1}, "command": "mbats live start", "commit": "abc"}
    return SessionTerms(name=name, instruments=instruments, **(usual | facts))
