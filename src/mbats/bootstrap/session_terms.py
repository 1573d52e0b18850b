"""From what a person typed to the terms of a session."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from shlex import join
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from mbats.bootstrap import wiring
from mbats.bootstrap.backtesting import BacktestOptions, allocations
from mbats.bootstrap.desks import refuse_deskless
from mbats.bootstrap.model_binding import live_version
from mbats.bootstrap.provenance import code_commit
from mbats.bootstrap.session_financing import financing_told
from mbats.bootstrap.session_market import market_told
from mbats.bootstrap.venue import reach, refuse_unasked, venue
from mbats.errors.limits import LimitSyntax
from mbats.errors.live import HedgingAccount, NoEvidence, SyntheticEvidence
from mbats.errors.scoring import LibrariesChanged, ModelNotLive, SyntheticModel
from mbats.live.options import STEPPED
from mbats.live.store import SessionTerms
from mbats.market.conversion import required
from mbats.market.local_time import DAY
from mbats.market.timeframe import Timeframe
from mbats.models.scoring.libraries import other_libraries
from mbats.pipelines.backtest import described
from mbats.pipelines.model_use import read_by, refuse_unfit, version_of
from mbats.portfolio.limits import account_limits, session_limits
from mbats.secmaster.moments import instant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from mbats.adapters.oanda.venue import OandaVenue
    from mbats.bootstrap.venue import Reach
    from mbats.ledger.run import StoredRun
    from mbats.models.version import Version
    from mbats.settings import Settings
    from mbats.simulation.simulator import Allocation
    from mbats.strategies.discovery import StrategySource

_WARM_UP = 1_000
_WEEK_OF_TRADING = 7 / 5
_RUNS_LOOKED_AT = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveOptions:
    """A session in a person's words; the fields are the options of ``mbats live start``."""

    strategies: Sequence[str]
    symbols: Sequence[str] = ()
    timeframe: str = "H1"
    name: str | None = None
    venue: str | None = None
    account: str | None = None
    live: bool = False
    parameters: Sequence[str] = ()
    units: float | None = None
    risk: float | None = None
    volatility: float | None = None
    limits: Sequence[str] = ()
    anchor: str | None = None


async def session_terms(options: LiveOptions, settings: Settings) -> SessionTerms:
    """Return the terms of the session that `options` describe, after a look at its account.

    Raises
    ------
    mbats.errors.base.MbatsError
        What stands against it: an unknown limit or instrument, a wrong token, an account that hedges or is not allowed,
        no evidence on recorded bars.
    """
    limits = dict(map(_assigned, options.limits))
    session_limits(limits), account_limits(limits)
    shares = _shares(options, settings)
    strategies = tuple(dict(described(share, source.digest)) for source, share in shares)
    models = [version for _, share in shares if (version := version_of(share.strategy)) is not None]
    symbols = tuple(dict.fromkeys(symbol for one in strategies for symbol in one["instruments"]))
    place = reach(settings, options.venue, options.account)
    async with venue(place) as opened:
        access = opened.client.access
        refuse_unasked(settings, access, live=options.live)
        refuse_without_evidence(strategies, access.environment, wiring.run_store(settings).runs(_RUNS_LOOKED_AT))
        refuse_unreleased(models, access.environment, lambda name: live_version(name, settings))
        options_told, now = await _looked_at(opened, place, symbols, read_by([share for _, share in shares]))
    return SessionTerms(
        id=(session := uuid4()),
        name=options.name or f"{strategies[0]['name'].lower()}-{session.hex[:4]}",
        run=uuid4(),
        venue=access.environment,
        url=access.url,
        account=access.account,
        strategies=strategies,
        instruments=symbols,
        timeframe=Timeframe(options.timeframe).name,
        anchor=_anchor(options, now, [share.strategy for _, share in shares]),
        limits=limits,
        options=options_told,
        command=join(["mbats", *sys.argv[1:]]),
        commit=code_commit(),
    )


def refuse_without_evidence(strategies: Sequence[dict[str, Any]], environment: str, runs: Sequence[StoredRun]) -> None:
    """Refuse a real broker to what was seen on generated prices only, and real money to what was never seen.

    Raises
    ------
    SyntheticEvidence, NoEvidence
    """
    if environment == "paper":
        return
    for strategy in strategies:
        known = [run for run in runs if any(_same(strategy, other) for other in run.info.strategies)]
        facts = {"strategy": strategy["name"], "symbols": " ".join(strategy["instruments"])}
        if known and all(run.info.synthetic for run in known):
            raise SyntheticEvidence(runs=len(known), **facts)
        if not known and environment == "live":
            raise NoEvidence(**facts)


def _same(strategy: dict[str, Any], other: Any) -> bool:
    return (strategy["code"], strategy["parameters"]) == (other.get("code"), other.get("parameters"))


def refuse_unreleased(models: Iterable[Version], environment: str, released: Callable[[str], int | None]) -> None:
    """Refuse a real broker to models of generated prices or other libraries, and real money to unreleased versions.

    Parameters
    ----------
    released
        Given a model's name, the number of the version whose alias is `live`.

    Raises
    ------
    SyntheticModel, LibrariesChanged, ModelNotLive
    """
    for version in models if environment != "paper" else ():
        if version.synthetic:
            raise SyntheticModel(model=version.reference)
        if libraries := other_libraries(version):
            raise LibrariesChanged(model=version.reference, name=version.name, libraries=libraries)
        if environment == "live" and (number := released(version.name)) != version.number:
            state = "is not set" if number is None else f"is version {number}"
            raise ModelNotLive(model=version.reference, name=version.name, state=state)


def _shares(options: LiveOptions, settings: Settings) -> list[tuple[StrategySource, Allocation]]:
    asked = BacktestOptions(
        strategies=options.strategies,
        symbols=options.symbols,
        parameters=options.parameters,
        units=options.units,
        risk=options.risk,
        volatility=options.volatility,
    )
    found = allocations(asked, settings)
    for source, share in found:
        refuse_deskless(source.name, source.kind)
        if (version := version_of(share.strategy)) is not None:
            timeframe = Timeframe(options.timeframe).name
            refuse_unfit(version, share.strategy.scorer.reads, share.instruments, timeframe)
    return found


async def _looked_at(
    opened: OandaVenue, place: Reach, symbols: Sequence[str], read: Sequence[str]
) -> tuple[dict[str, Any], int]:
    """Return the options of a session on an account that nets and offers the instruments, and its present time."""
    available, state = await opened.instruments.all(), await opened.broker.state()
    traded, beside = await opened.instruments.named(symbols), await opened.instruments.named(read)
    if state.hedging:
        raise HedgingAccount(account=state.id)
    pairs = required(state.currency, {one.quote for one in traded.values()}, available)
    told: dict[str, Any] = {
        "currency": state.currency,
        "synthetic": bool(place.paper and place.paper.synthetic),
        "market": market_told({**traded, **{symbol: available[symbol] for symbol in pairs}, **beside}),
        "financing": financing_told(await opened.instruments.financing(traded, 0)),
    }
    return told | (STEPPED if place.paper and place.paper.stepped else {}), await opened.time()


def _anchor(options: LiveOptions, now: int, strategies: Sequence[Any]) -> int:
    """Return where a session's bars begin: early enough for a model's features to be those of its training."""
    if options.anchor:
        return instant(options.anchor)
    scorers = [one.scorer for one in strategies if version_of(one) is not None]
    bars = max([_WARM_UP, *(2 * scorer.rows.needed for scorer in scorers)])
    warm_up = round(bars * Timeframe(options.timeframe).nanoseconds * _WEEK_OF_TRADING)
    begun: int = min([now - warm_up, *(time for scorer in scorers if (time := scorer.rows.stood) is not None)])
    return begun // DAY * DAY


def _assigned(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise LimitSyntax(text=text)
    return name.strip(), value.strip()
