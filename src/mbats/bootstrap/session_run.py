"""One session in this process, from its row to its end."""

from __future__ import annotations

import asyncio
import logging
import signal
from contextlib import suppress
from typing import TYPE_CHECKING

from mbats.bootstrap import wiring
from mbats.bootstrap.desks import desks
from mbats.bootstrap.session_letter import write_letter
from mbats.bootstrap.session_market import market_of
from mbats.bootstrap.session_record import record
from mbats.bootstrap.sessions import session
from mbats.bootstrap.venue import pace, reach_of, refuse_unasked, venue
from mbats.errors.base import MbatsError
from mbats.errors.live import SessionOver
from mbats.live.connection import Connection
from mbats.live.session import Session
from mbats.live.store import Condition
from mbats.market.calendar import day_end
from mbats.market.local_time import nanoseconds

if TYPE_CHECKING:
    from mbats.live.alerts import Alerts
    from mbats.live.feed import Pace
    from mbats.live.store import SessionState
    from mbats.settings import Settings

logger = logging.getLogger(__name__)

_SECONDS_BETWEEN_LOOKS = 20.0


def run_session(name: str, settings: Settings) -> SessionState:
    """Run a session until it is over or this process is told to end; return its state then.

    SIGTERM and an interrupt end the process between two steps and leave everything as it is: stops stay at the broker,
    the wish stays in the database.

    Raises
    ------
    mbats.errors.live.SessionHeld, mbats.errors.live.SessionOver
        It runs elsewhere, or is over.
    mbats.errors.base.MbatsError
        It cannot begin: a changed strategy, no token, an account that is not allowed.
    """
    state = session(name, settings)
    if state.over:
        raise SessionOver(session=state.terms.name, reason=state.reason or state.condition)
    with suppress(asyncio.CancelledError):
        asyncio.run(_run(state, settings))
    state = session(str(state.terms.id), settings)
    record(state, settings, over=state.condition is Condition.STOPPED)
    return state


async def _run(state: SessionState, settings: Settings) -> None:
    terms, store = state.terms, wiring.session_store(settings)
    place = reach_of(terms, settings)
    refuse_unasked(settings, place.access, live=True)  # the flag was given when the session was started
    seats, alerts = desks(terms, settings), wiring.alerts(settings)
    _end_on_sigterm()
    async with venue(place) as opened, pace(place, opened, f"session-{terms.id}") as time:
        instruments = await opened.instruments.named(market_of(terms))
        connection = Connection(opened.broker, opened.feed, time)
        live = Session(terms, seats, connection, store, instruments, alerts=alerts, beacon=wiring.beacon(settings))
        keeping = asyncio.create_task(_end_days(state, settings, time, alerts))
        try:
            await live.run()
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)
            await asyncio.to_thread(alerts.close)


async def _end_days(state: SessionState, settings: Settings, time: Pace, alerts: Alerts) -> None:
    """Store the run anew and write home after each day's end; a run that could not be stored is tried again."""
    due = day_end(nanoseconds(time.now()))
    while True:
        await asyncio.sleep(_SECONDS_BETWEEN_LOOKS)
        now = nanoseconds(time.now())
        if now < due:
            continue
        try:
            await asyncio.to_thread(record, state, settings)
            due = day_end(now)
            await asyncio.to_thread(write_letter, state, settings, alerts, now)
        except MbatsError as failure:
            logger.warning("a day of session %s was not told: %s", state.terms.name, failure)


def _end_on_sigterm() -> None:
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
