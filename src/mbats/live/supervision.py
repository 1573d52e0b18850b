"""Keeps sessions as they are wanted: a process for each that is not over, one more when one dies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from mbats.live.store import Condition, Wish

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from mbats.live.store import SessionState, SessionStore

_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0
_STEADY = 120.0


class Processes(Protocol):
    """The port to the processes that run sessions."""

    def start(self, session: UUID, name: str) -> None:
        """Start a process that runs the session; it lives on if we die."""
        ...

    def running(self, session: UUID) -> bool:
        """Tell whether a process that we started for the session is still there."""
        ...

    def stop(self, session: UUID, process: int | None) -> None:
        """Ask the session's process to end, one that an earlier trader started (its pid is `process`), too."""
        ...


@dataclass(slots=True)
class _Trials:
    """Starts of one session that did not last, when the latest was, and since when a process has held the session."""

    starts: int = 0
    latest: float = 0.0
    held_since: float | None = None

    def due(self, now: float) -> bool:
        pause = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** (self.starts - 1)) if self.starts else 0.0
        return now - self.latest >= pause


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that the trader did about a session; `again` where a process of the session had died."""

    session: str
    text: str
    again: bool = False


class Supervisor:
    """Compares what is wanted with what runs.

    A session that a process holds is left to it, whoever started it: so a trader that comes back after its own death
    starts nothing twice. One that failed for a reason waits for a person.
    """

    def __init__(self, store: SessionStore, processes: Processes) -> None:
        self._store, self._processes = store, processes
        self._trials: dict[UUID, _Trials] = {}

    def look(self, now: float) -> list[Step]:
        """Do what is due.

        Parameters
        ----------
        now
            Seconds of any clock that does not run backwards.
        """
        living = [state for state in self._states() if not state.over]
        self._trials = {state.terms.id: self._trials.get(state.terms.id, _Trials()) for state in living}
        return [step for state in living for step in self._tended(state, now)]

    def stop(self) -> list[Step]:
        """Ask all processes to end; what is open keeps its stops at the broker, and the wishes stay."""
        held = [state for state in self._states() if state.held or self._processes.running(state.terms.id)]
        for state in held:
            self._processes.stop(state.terms.id, state.process if state.held else None)
        return [Step(state.terms.name, "asked to end; what is open keeps its stops at the broker") for state in held]

    def _states(self) -> list[SessionState]:
        """Return all sessions but those that only the process of their exchange can run."""
        return [state for state in self._store.states() if not state.terms.own_exchange]

    def _tended(self, state: SessionState, now: float) -> Iterator[Step]:
        trials = self._trials[state.terms.id]
        if state.held:
            trials.held_since = now if trials.held_since is None else trials.held_since
            if now - trials.held_since >= _STEADY:
                trials.starts = 0
            return
        if self._processes.running(state.terms.id) or state.condition is Condition.FAILED:
            return
        trials.held_since = None
        if state.condition is Condition.NEW and state.wish is Wish.STOP:
            self._store.tell(state.terms.id, Condition.STOPPED, "stopped before it began")
            yield Step(state.terms.name, "stopped before it began")
        elif trials.due(now):
            yield self._started(state, trials, now)

    def _started(self, state: SessionState, trials: _Trials, now: float) -> Step:
        again = state.condition is not Condition.NEW
        trials.starts, trials.latest = trials.starts + 1, now
        self._processes.start(state.terms.id, state.terms.name)
        return Step(state.terms.name, "started again: its process had died" if again else "started", again)
