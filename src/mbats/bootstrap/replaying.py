"""A trade decided once more, from its run's snapshot or from what its session saw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mbats.bootstrap import wiring
from mbats.bootstrap.desks import desks
from mbats.bootstrap.model_binding import MODEL, ModelShelf
from mbats.bootstrap.reporting import recalled_simulation
from mbats.bootstrap.stressing import allocations
from mbats.errors.passport import WalkForwardNotReplayed
from mbats.market.local_time import nanoseconds
from mbats.models.scoring.pin import Pin
from mbats.pipelines.market_data import read
from mbats.pipelines.passport.replayed_run import RunAgain
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
    """Decide a trade once more by the same code and the same model version, and compare with what was left of it.

    Raises
    ------
    mbats.errors.backtest.StrategyChanged, mbats.errors.live.SessionStrategyChanged
        The strategy's code is another one by now.
    mbats.errors.passport.NothingToReplay
    mbats.errors.model.ModelArtefactMissing, ModelArtefactDamaged, mbats.errors.feature.FeatureChanged
    """
    pin = pinned(passport.strategy)
    scorer = ModelShelf.of(settings).scorer(str(pin)) if pin else None
    if session is not None:
        terms, entries, instruments = session.state.terms, session.entries, session.instruments
        return SessionLog(terms, entries, instruments).replayed(passport, desks(terms, settings), scorer)
    info = passport.info
    if "steps" in passport.strategy:
        raise WalkForwardNotReplayed(trade=passport.trade.reference)
    frozen = open_snapshot(wiring.object_store(settings), info.snapshot)
    simulation = recalled_simulation(info, settings, allocations(info, settings))
    bars = read(frozen, nanoseconds(info.start), nanoseconds(info.end)).bars
    simulator = wiring.simulator(info.simulator, watch=watch)
    return replayed_run(passport, number, RunAgain(simulation, bars, simulator), scorer)


def pinned(strategy: Mapping[str, Any]) -> Pin | None:
    """Return the model version that a strategy of a run or session was bound to; None: it had none."""
    text = str(strategy.get("parameters", {}).get(MODEL, ""))
    return Pin.read(text) if Pin.is_one(text) else None
