"""Sessions by name, and what a person asks of them."""

from __future__ import annotations

import logging
from time import sleep
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from mbats.bootstrap import wiring
from mbats.clock import SystemClock
from mbats.errors.live import ActRefused, AmbiguousSession, SessionHeld, SessionOver, UnknownSession
from mbats.live.store import Condition, Entry, Wish
from mbats.market.local_time import nanoseconds

if TYPE_CHECKING:
    from mbats.live.store import SessionState, SessionStore
    from mbats.settings import Settings

logger = logging.getLogger(__name__)

_LOOKS, _SECONDS_BETWEEN_LOOKS = 20, 0.5


def session(name: str, settings: Settings) -> SessionState:
    """Return the session that is called `name`, or whose id begins so; one that is not over goes before others.

    Raises
    ------
    UnknownSession, AmbiguousSession
    """
    store = wiring.session_store(settings)
    found = store.states(name)
    if not found:
        known = ", ".join(state.terms.name for state in store.states() if not state.over) or "none that is not over"
        raise UnknownSession(session=name, known=known)
    if found[0].terms.name != name and len(found) > 1:
        raise AmbiguousSession(session=name, candidates=", ".join(str(state.terms.id) for state in found))
    return found[0]


def under_way(name: str | None, settings: Settings) -> SessionState | None:
    """Return the session of exactly this name that is not over, None where there is none."""
    known = wiring.session_store(settings).states(name) if name else []
    return next((state for state in known if state.terms.name == name and not state.over), None)


def want(name: str, wish: Wish, reason: str, settings: Settings) -> SessionState:
    """Write what is wanted of a session; one that nobody runs is stopped at once.

    Raises
    ------
    UnknownSession, AmbiguousSession, SessionOver
    """
    store, state = wiring.session_store(settings), session(name, settings)
    store.want(state.terms.id, wish, reason)
    if wish is Wish.STOP:
        _stop_unheld(store, state)
    return session(str(state.terms.id), settings)


def act(name: str, what: str, reason: str, settings: Settings, **facts: Any) -> SessionState:
    """Write into a session's log what a person asks for, and wait some moments for its process to answer.

    Raises
    ------
    UnknownSession, AmbiguousSession, SessionOver
    ActRefused
        The session's process says why it does not do it.
    """
    store, state = wiring.session_store(settings), session(name, settings)
    if state.over:
        raise SessionOver(session=state.terms.name, reason=state.reason or state.condition)
    body = {"act": what, "reason": reason, **facts}
    asked = Entry("act", str(uuid4()), nanoseconds(SystemClock().now()), body)
    store.append(state.terms.id, [asked])
    if state.held and (refused := _refusal(store, state, asked)):
        raise ActRefused(session=state.terms.name, act=what, trade=facts.get("trade"), why=refused)
    return state


def _refusal(store: SessionStore, state: SessionState, asked: Entry) -> str:
    """Return why a session's process does not do what was asked; empty where it does, or has not answered yet."""
    for _ in range(_LOOKS):
        for answer in store.entries(state.terms.id, "decision"):
            if answer.key == f"act:{asked.key}":
                return str(answer.body.get("refused", ""))
        sleep(_SECONDS_BETWEEN_LOOKS)
    return ""


def _stop_unheld(store: SessionStore, state: SessionState) -> None:
    """Stop a session that no process runs; one that does hears of it by itself."""
    try:
        with store.hold(state.terms.id):
            store.tell(state.terms.id, Condition.STOPPED, "stopped while no process ran it")
    except SessionHeld:
        logger.info("session %s is told to stop", state.terms.name)
