"""A trade decided once more, from its run's snapshot or from what its session saw."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from mbats.bootstrap import wiring
from mbats.bootstrap.desks import desks
from mbats.bootstrap.reporting import recalled_simulation
from mbats.bootstrap.stressing import allocations
from mbats.pipelines.passport.replayed_run import replayed as replayed_run
from mbats.pipelines.passport.replayed_session import SessionLog
from mbats.secmaster.snapshot import open_snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mbats.live.store import Entry, SessionState
    from mbats.market.instrument import Instrument
    from mbats.pipelines.passport.passport import Passport
    from mbats.pipelines.passport.replay import Replay
    from mbats.settings import Settings
    from mbats.simulation.watch import Watch


class Session(NamedTuple):
    """A live session: its row, its log, and its instruments."""

    state: SessionState
    entries: Sequence[Entry]
    instruments: Mapping[str, Instrument]


def replayed(passport: Passport, number: int, session: Session | None, settings: Settings, watch: Watch) -> Replay:
    """Decide a trade once more by the same code, and compare with what its run or session left.

    Raises
    ------
    mbats.errors.backtest.StrategyChanged, mbats.errors.live.SessionStrategyChanged
        The strategy's code is another one by now.
    mbats.errors.passport.NothingToReplay
    """
    if session is not None:
        terms, entries, instruments = session.state.terms, session.entries, session.instruments
        return SessionLog(terms, entries, instruments).replayed(passport, desks(terms, settings))
    info = passport.info
    rates = open_snapshot(wiring.object_store(settings), info.snapshot).market()
    simulation = replace(recalled_simulation(info, settings), allocations=allocations(info, settings))
    return replayed_run(passport, number, simulation, rates, wiring.simulator(info.simulator, watch=watch))
