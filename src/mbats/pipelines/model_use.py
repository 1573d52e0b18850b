"""On which bars a version of a model may be used at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mbats.errors.scoring import BarsAfterUse, BarsInTraining, ModelOfOtherBars, ModelReadsSeries
from mbats.features.reads import series_in, symbols_in
from mbats.models.scoring.libraries import other_libraries
from mbats.models.scoring.version_scorer import VersionScorer
from mbats.secmaster.moments import moment
from mbats.strategies.model_signal import ModelSignal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mbats.market.bars import Bars
    from mbats.market.columns import FlagColumn, TimeColumn
    from mbats.models.version import Fit, Version
    from mbats.simulation.simulator import Allocation

_SECOND = 1_000_000_000


def refuse_models(allocations: Iterable[Allocation], market: Mapping[str, Bars]) -> None:
    """Refuse what a registered version among the strategies may not be traded on.

    Raises
    ------
    ModelReadsSeries, ModelOfOtherBars, BarsInTraining, BarsAfterUse
    """
    for share in allocations:
        if (version := version_of(share.strategy)) is not None:
            traded = [market[symbol] for symbol in share.instruments if len(market[symbol])]
            timeframe = str(traded[0].timeframe) if traded else version.manifest["timeframe"]
            refuse_unfit(version, share.strategy.scorer.reads, share.instruments, timeframe)
            refuse_training_bars(version, traded)


def foresight(allocations: Iterable[Allocation], market: Mapping[str, Bars]) -> tuple[str, ...]:
    """Return a sentence for each version whose hyper-parameters were chosen on bars that are traded here.

    No fit has seen the bars that it judges, but which of many sets of hyper-parameters is the best nobody knew then.
    """
    said = {}
    for share in allocations:
        version = version_of(share.strategy)
        if version is None or (tried := int(version.manifest.get("candidates", 0))) < 2:
            continue
        known = int(version.manifest["range"][1])
        if any(len(market[symbol]) and market[symbol].known_at[0] <= known for symbol in share.instruments):
            said[version.id] = (
                f"Hyper-parameters of {version.reference} are the best of {tried} on bars until {moment(known)}: "
                "up to there the result is too good."
            )
    return tuple(said.values())


def other_scorers(allocations: Iterable[Allocation]) -> tuple[str, ...]:
    """Return a sentence for each version that other releases of libraries score than have trained it."""
    versions = {version.id: version for share in allocations if (version := version_of(share.strategy)) is not None}
    told = ((version.reference, other_libraries(version)) for version in versions.values())
    return tuple(f"{name} is scored by {libraries}: its scores may differ." for name, libraries in told if libraries)


def version_of(strategy: Any) -> Version | None:
    """Return the registered version that a strategy acts on, if it acts on one."""
    if isinstance(strategy, ModelSignal) and strategy.bound and isinstance(strategy.scorer, VersionScorer):
        return strategy.scorer.version
    return None


def read_by(allocations: Iterable[Allocation]) -> list[str]:
    """Return the instruments beside their own that the models of strategies read."""
    bound = (share.strategy for share in allocations if isinstance(share.strategy, ModelSignal))
    names = dict.fromkeys(name for strategy in bound for name in strategy.scorer.reads)
    return symbols_in(names)


def checked_on(strategy: Any, symbols: Sequence[str], timeframe: str) -> tuple[Sequence[str], list[str]]:
    """Return the instruments to check a strategy on, and those that its model reads beside them.

    A model that reads others is checked on what it was trained on, on the first of them where nobody names any.

    Raises
    ------
    ModelReadsSeries, ModelOfOtherBars
    """
    version = version_of(strategy)
    if version is None or not (reads := strategy.scorer.reads):
        return symbols, []
    chosen = symbols or version.manifest["symbols"][:1]
    refuse_unfit(version, reads, chosen, timeframe)
    return chosen, [name for name in reads if name not in chosen]


def refuse_unfit(version: Version, reads: Iterable[str], symbols: Iterable[str], timeframe: str) -> None:
    """Refuse instruments and a timeframe that a version was not trained on, and what no strategy can hand it.

    Raises
    ------
    ModelReadsSeries, ModelOfOtherBars
    """
    if series := series_in(reads):
        raise ModelReadsSeries(model=version.reference, name=version.name, series=", ".join(series))
    known = version.manifest["symbols"]
    for symbol in symbols:
        if symbol not in known or timeframe != version.manifest["timeframe"]:
            trained = f"{', '.join(known)} {version.manifest['timeframe']}"
            raise ModelOfOtherBars(model=version.reference, trained=trained, symbol=symbol, timeframe=timeframe)


def refuse_training_bars(version: Version, market: Iterable[Bars]) -> None:
    """Refuse bars at whose close no fit of a version may be used: they were in its training, or before it.

    Raises
    ------
    BarsInTraining, BarsAfterUse
    """
    for bars in market:
        covered = _covered(version.fits, bars.known_at)
        if covered.all():
            continue
        told = {"model": version.reference, "symbol": bars.instrument.symbol, "total": len(bars)}
        told["count"] = int((~covered).sum())
        if bars.known_at[0] <= version.fits[0].usable_from:
            first = _first_usable(version, bars, covered)
            raise BarsInTraining(first=moment(first), start=_typed(first), **told)
        last = version.fits[-1].usable_until or int(bars.known_at[~covered][0])
        raise BarsAfterUse(last=moment(last), end=_typed(last), name=version.name, **told)


def _first_usable(version: Version, bars: Bars, covered: FlagColumn) -> int:
    """Return when the first bar opens that may be judged, or may be once it is there."""
    if covered.any():
        return int(bars.time[np.argmax(covered)])
    return (version.fits[0].usable_from // _SECOND + 1) * _SECOND


def _covered(fits: Sequence[Fit], known_at: TimeColumn) -> FlagColumn:
    covered = np.zeros(len(known_at), dtype=np.bool_)
    for fit in fits:
        until = np.iinfo(np.int64).max if fit.usable_until is None else fit.usable_until
        covered |= (known_at > fit.usable_from) & (known_at <= until)
    return covered


def _typed(time: int) -> str:
    """Write a moment as options take it."""
    return moment(time // _SECOND * _SECOND).replace(" ", "T")
