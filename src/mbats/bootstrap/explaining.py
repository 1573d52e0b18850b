"""A session beside its backtest, from a person's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbats.bootstrap import wiring
from mbats.bootstrap.desks import allocations
from mbats.bootstrap.reporting import recall
from mbats.bootstrap.session_financing import financing_of
from mbats.bootstrap.session_market import market_of
from mbats.bootstrap.sessions import session
from mbats.errors.live import NothingToExplain
from mbats.pipelines.explanation.expected import Record, booked, expected
from mbats.pipelines.explanation.explanation import explain
from mbats.pipelines.live_run import live_run
from mbats.simulation.watch import unwatched

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbats.ledger.run import RunResult
    from mbats.live.store import SessionState
    from mbats.pipelines.explanation.explanation import Explanation
    from mbats.settings import Settings
    from mbats.simulation.simulator import Allocation
    from mbats.simulation.watch import Watch


def explain_session(name: str, settings: Settings, run: str | None = None, watch: Watch = unwatched) -> Explanation:
    """Run the backtest of what a session saw, and attribute the difference trade by trade.

    Parameters
    ----------
    name
        Of the session, or the beginning of its id.
    run
        A stored run to explain the difference to; None: the backtest over the bars that the session saw.

    Raises
    ------
    mbats.errors.live.UnknownSession, AmbiguousSession, NothingToExplain, SessionStrategyChanged
        Which session is meant, or why it cannot be explained.
    """
    state = session(name, settings)
    shares = [share for _, share in allocations(state.terms, settings)]
    return explain_state(state, shares, settings, None if run is None else recall(run, settings).result, watch)


def explain_state(
    state: SessionState,
    shares: Sequence[Allocation],
    settings: Settings,
    planned: RunResult | None = None,
    watch: Watch = unwatched,
) -> Explanation:
    """Explain a session whose strategies are at hand, to `planned` where that is given.

    Raises
    ------
    mbats.errors.live.NothingToExplain
    """
    with watch("Reading the session", 2) as advance:
        entries = wiring.session_store(settings).entries(state.terms.id)
        advance(1)
        record = Record(state.terms, entries, market_of(state.terms))
        live = live_run(state, entries, record.instruments, wiring.object_store(settings))
        advance(1)
    if live is None:
        raise NothingToExplain(session=state.terms.name)
    simulator = wiring.simulator(watch=watch, begins=record.memory().started or 0)
    simulated, since = expected(record, shares, simulator, live.info, financing_of(state.terms))
    return explain(live, simulated, booked(record), since, planned)
