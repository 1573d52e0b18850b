"""From the name of a trade to why it was made."""

from __future__ import annotations

from dataclasses import replace
from math import nan
from typing import TYPE_CHECKING, NamedTuple

from mbats.bootstrap import wiring
from mbats.bootstrap.replaying import Session, pinned, replayed
from mbats.bootstrap.reporting import recalled_simulation
from mbats.bootstrap.session_market import market_of
from mbats.bootstrap.session_record import bring_up_to_date
from mbats.errors.passport import RunBarsGone, RunWithoutTrades, TradeNotNamed, UnknownVenueTrade
from mbats.errors.snapshot import SnapshotMissing
from mbats.ledger.run import LIVE
from mbats.models.artefacts import open_version
from mbats.pipelines.judged_run import judge_run
from mbats.pipelines.passport.events import family
from mbats.pipelines.passport.learned import learned
from mbats.pipelines.passport.passport import passport, traded
from mbats.pipelines.passport.rescored import SCORE
from mbats.pipelines.passport.transactions import number_of, transactions
from mbats.simulation.watch import unwatched

if TYPE_CHECKING:
    from mbats.ledger.run import RunInfo, RunResult
    from mbats.pipelines.passport.passport import Passport, Traded
    from mbats.settings import Settings
    from mbats.simulation.watch import Watch

_NEAR = 3


class Asked(NamedTuple):
    """A trade as a person names it: ``RUN:NUMBER``, or ``SESSION/ID`` with the venue's number; of `run` alone: all."""

    run: str
    number: int | None = None
    venue: int | None = None


def asked(text: str) -> Asked:
    """Take the name of a trade, or of a run, apart.

    Raises
    ------
    TradeNotNamed
    """
    for mark in (":", "/"):
        run, found, number = text.strip().rpartition(mark)
        if found:
            if not run or not number.isdecimal():
                raise TradeNotNamed(text=text)
            return Asked(run, int(number)) if mark == ":" else Asked(run, venue=int(number))
    if not text.strip():
        raise TradeNotNamed(text=text)
    return Asked(text.strip())


def trades_of(run: str, settings: Settings) -> tuple[Traded, ...]:
    """Return the trades of a run or session, with the names to ask for them by.

    Raises
    ------
    RunWithoutTrades, RunBarsGone
    mbats.errors.database.UnknownRun, AmbiguousRun
    """
    result = _result(_info(run, settings), settings)
    if not len(result.trips):
        raise RunWithoutTrades(run=str(result.info.id)[:8])
    return tuple(traded(result, row) for row in range(len(result.trips)))


def why(trade: str, settings: Settings, *, replay: bool = False, watch: Watch = unwatched) -> Passport:
    """Tell why a trade was made; with `replay`, also whether it is decided once more as it was.

    Raises
    ------
    TradeNotNamed, RunBarsGone, UnknownVenueTrade
    mbats.errors.passport.UnknownTrade, RunWithoutTrades, NothingToReplay
    mbats.errors.database.UnknownRun, AmbiguousRun
    """
    wanted = asked(trade)
    if wanted.number is None and wanted.venue is None:
        raise TradeNotNamed(text=trade)
    info = _info(wanted.run, settings)
    result = _result(info, settings)
    session = _session(info, settings) if info.simulator == LIVE else None
    number = wanted.number if wanted.number is not None else _by_venue(wanted, session, result)
    found = _taught(passport(result, number), settings)
    if session is not None:
        found = _lived(found, number, result, session)
    if not replay:
        return found
    return replace(found, replay=replayed(found, number, session, settings, watch))


def _info(run: str, settings: Settings) -> RunInfo:
    return wiring.run_store(settings).find(bring_up_to_date(run, settings)).info


def _result(info: RunInfo, settings: Settings) -> RunResult:
    journal = wiring.run_store(settings).journal(info.id)
    try:
        return judge_run(info, journal, recalled_simulation(info, settings)).result
    except SnapshotMissing as gone:
        facts = {"run": str(info.id)[:8], "snapshot": info.snapshot[:16], "store": settings.object_store}
        raise RunBarsGone(**facts) from gone


def _session(info: RunInfo, settings: Settings) -> Session:
    store = wiring.session_store(settings)
    [state] = [state for state in store.states() if state.terms.run == info.id]
    return Session(state, store.entries(state.terms.id), market_of(state.terms))


def _lived(found: Passport, number: int, result: RunResult, session: Session) -> Passport:
    terms, orders = session.state.terms, family(result.journal, number)
    assert orders is not None
    told = transactions(terms, session.entries, session.instruments, orders)
    return replace(found, session=terms.name, limits=terms.limits, transactions=told)


def _taught(found: Passport, settings: Settings) -> Passport:
    """Return a passport with what the model learned from that its strategy followed, if it followed one."""
    if (pin := pinned(found.strategy)) is None:
        return found
    version = open_version(wiring.object_store(settings), pin.id, pin.name, pin.number)
    decided = found.decisions[0] if found.decisions else None
    score = decided.values.get(SCORE, nan) if decided else nan
    return replace(found, model=learned(version, version.reference, decided.time if decided else None, score))


def _by_venue(wanted: Asked, session: Session | None, result: RunResult) -> int:
    """Return the ledger's number of a trade that is named by the venue's."""
    if session is None:
        raise TradeNotNamed(text=f"{wanted.run}/{wanted.venue}")
    state, entries, instruments = session
    orders = number_of(state.terms, entries, instruments)
    for number in result.trips.id.tolist():
        found = family(result.journal, number)
        if found is not None and orders.get(wanted.venue or 0) in found.openers:
            return int(number)
    near = sorted(orders, key=lambda one: abs(one - (wanted.venue or 0)))[:_NEAR]
    raise UnknownVenueTrade(
        session=state.terms.name, trade=wanted.venue, near=", ".join(f"{wanted.run}/{one}" for one in near) or "none"
    )
