"""The mail after a trading day, to whoever is told of a session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbats.bootstrap import wiring
from mbats.bootstrap.desks import allocations
from mbats.bootstrap.explaining import explain_state
from mbats.bootstrap.session_financing import financing_of
from mbats.bootstrap.session_market import market_of
from mbats.execution.financing import FinancingRates
from mbats.live.alerts import AlertKind, Silent
from mbats.live.memory import Memory
from mbats.pipelines.day_letter import financing_due, letter
from mbats.pipelines.live_run import live_run

if TYPE_CHECKING:
    from mbats.live.alerts import Alerts
    from mbats.live.store import SessionState
    from mbats.settings import Settings


def write_letter(state: SessionState, settings: Settings, alerts: Alerts, now: int) -> None:
    """Tell how a session's last day went; nothing where nobody listens or no day is over.

    Raises
    ------
    mbats.errors.live.SessionStrategyChanged
        Its strategy is not the one that trades, so it cannot be explained.
    """
    terms = state.terms
    if isinstance(alerts, Silent):
        return
    entries, instruments = wiring.session_store(settings).entries(terms.id), market_of(terms)
    run = live_run(state, entries, instruments, wiring.object_store(settings))
    if run is None or not len(run.equity):
        return
    memory = Memory.of(terms, entries, instruments)
    assert memory.book is not None
    held = {symbol: units for symbol in terms.instruments if (units := memory.book.units(symbol))}
    bars = {symbol: memory.history.bars(symbol) for symbol in instruments}
    due = financing_due(held, bars, financing_of(terms) or FinancingRates(), memory.book.currency, now)
    shares = [share for _, share in allocations(terms, settings)]
    text = letter(run, explain_state(state, shares, settings), due)
    alerts.tell(AlertKind.DAILY, text, {"session": terms.name})
