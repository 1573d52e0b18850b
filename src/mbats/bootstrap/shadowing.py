"""Shadow journals: what other versions would have done in a live session, from the bars that it really saw."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from mbats.bootstrap import wiring
from mbats.bootstrap.desks import allocations
from mbats.bootstrap.model_market import scorer_of
from mbats.bootstrap.session_financing import financing_of
from mbats.bootstrap.session_market import market_of
from mbats.bootstrap.sessions import session
from mbats.errors.live import NothingToExplain
from mbats.errors.promotion import NoModelInSession
from mbats.pipelines.explanation.expected import Record, expected
from mbats.pipelines.live_run import live_run
from mbats.pipelines.model_use import version_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mbats.ledger.run import RunInfo, RunResult
    from mbats.market.bars import Bars
    from mbats.models.version import Version
    from mbats.settings import Settings
    from mbats.simulation.simulator import Allocation


class Shadow(NamedTuple):
    """A version's virtual account over a session's bars.

    Attributes
    ----------
    traded
        Whether it is the version that the session trades.
    result
        Its journal and what that earned, as in a backtest of what the session saw.
    """

    version: Version
    traded: bool
    result: RunResult


class ModelSession(NamedTuple):
    """A live session that trades a model: its record, what it trades, and its run so far."""

    name: str
    record: Record
    shares: Sequence[Allocation]
    info: RunInfo
    version: Version

    @property
    def bars(self) -> Mapping[str, Bars]:
        """All bars that it saw, warm-up included, by symbol."""
        history = self.record.memory().history
        synthetic = self.info.synthetic
        return {symbol: replace(history.bars(symbol), synthetic=synthetic) for symbol in self.record.instruments}

    @property
    def started(self) -> int:
        """When it began to decide, nanoseconds UTC."""
        return self.record.memory().started or 0


def model_session(name: str, settings: Settings) -> ModelSession:
    """Return a session that trades a model.

    Raises
    ------
    mbats.errors.live.UnknownSession, AmbiguousSession, NothingToExplain
    mbats.errors.promotion.NoModelInSession
        It trades none.
    """
    state = session(name, settings)
    shares = [share for _, share in allocations(state.terms, settings)]
    versions = [version for share in shares if (version := version_of(share.strategy)) is not None]
    if not versions:
        raise NoModelInSession(session=state.terms.name)
    entries = wiring.session_store(settings).entries(state.terms.id)
    record = Record(state.terms, entries, market_of(state.terms))
    live = live_run(state, entries, record.instruments, wiring.object_store(settings))
    if live is None:
        raise NothingToExplain(session=state.terms.name)
    return ModelSession(state.terms.name, record, shares, live.info, versions[0])


def shadows(seen: ModelSession, others: Sequence[Version], settings: Settings) -> list[Shadow]:
    """Return the virtual accounts of the session's own version and of `others`, over the bars that it saw."""
    versions = {version.id: version for version in (seen.version, *others)}
    return [_shadow(seen, version, settings) for version in versions.values()]


def _shadow(seen: ModelSession, version: Version, settings: Settings) -> Shadow:
    shares = [_scored_by(share, seen.version, version, settings) for share in seen.shares]
    simulator = wiring.simulator(begins=seen.started)
    result, _ = expected(seen.record, shares, simulator, seen.info, financing_of(seen.record.terms))
    return Shadow(version, version.id == seen.version.id, result)


def _scored_by(share: Allocation, own: Version, version: Version, settings: Settings) -> Allocation:
    acting = version_of(share.strategy)
    if acting is None or acting.id != own.id:
        return share
    return replace(share, strategy=share.strategy.bound_to(scorer_of(version, settings)))
