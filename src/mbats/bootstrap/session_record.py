"""What sessions did, kept as runs beside those of backtests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbats.bootstrap import wiring
from mbats.bootstrap.session_market import market_of
from mbats.errors.database import RunNotRunning
from mbats.pipelines.live_run import live_run

if TYPE_CHECKING:
    from mbats.live.store import SessionState
    from mbats.settings import Settings


def record(state: SessionState, settings: Settings, *, over: bool = False) -> bool:
    """Judge a session by its log and store it as its run; False where there is nothing to judge yet.

    With `over` the run is finished: nothing changes it any more.
    """
    entries = wiring.session_store(settings).entries(state.terms.id)
    result = live_run(state, entries, market_of(state.terms), wiring.object_store(settings))
    if result is None:
        return False
    try:
        wiring.run_store(settings).refresh(result, over=over)
    except RunNotRunning:
        return False  # it was finished when the session was over
    return True


def bring_up_to_date(name: str, settings: Settings) -> str:
    """Return the run that `name` means: that of the session called so, brought up to date, else `name` itself.

    Parameters
    ----------
    name
        Of a session, or the beginning of a run's id.
    """
    states = wiring.session_store(settings).states()
    meant = [state for state in states if state.terms.name == name]
    meant = meant[:1] or [state for state in states if len(name) >= 4 and str(state.terms.run).startswith(name.lower())]
    if len(meant) != 1:
        return name
    record(meant[0], settings, over=meant[0].over)
    return str(meant[0].terms.run)
