"""How far the market has left a registered version behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from mbats.bootstrap import models, wiring
from mbats.bootstrap.model_market import model_market, scorer_of
from mbats.clock import SystemClock
from mbats.execution.costs import Costs
from mbats.features.view import View
from mbats.models.datasets.keeping import open_dataset
from mbats.pipelines.drift.drifting import look
from mbats.pipelines.promotion.period import seen_until

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbats.bootstrap.model_market import ModelMarket
    from mbats.bootstrap.shadowing import ModelSession
    from mbats.models.version import Version
    from mbats.pipelines.drift.report import DriftReport
    from mbats.settings import Settings


def drift_from(reference: str, settings: Settings, snapshot: str | None = None) -> DriftReport:
    """Look at what has come since a version's training, and store the report.

    Parameters
    ----------
    reference
        A version by number or alias; of a model its champion, else its newest.
    """
    version = models.registry(settings).version(reference)
    return drift_in(model_market([version], settings, snapshot=snapshot), version, settings)


def drift_in_session(seen: ModelSession, settings: Settings) -> DriftReport:
    """Look at what a live session has seen since it began to decide, by the version it trades, and store the report."""
    bars, version = seen.bars, seen.version
    views = {symbol: View(bars[symbol], bars) for symbol in version.manifest["symbols"] if symbol in bars}
    return _stored(version, views, seen.started, seen.name, settings)


def drift_in(there: ModelMarket, version: Version, settings: Settings) -> DriftReport:
    """Look for drift in a market since all that a version has seen, and store the report."""
    known = {**there.others, **there.market}
    views = {symbol: View(bars, known, there.series) for symbol, bars in there.market.items()}
    return _stored(version, views, seen_until(version), there.snapshot, settings)


def _stored(version: Version, views: Mapping[str, View], since: int, source: str, settings: Settings) -> DriftReport:
    at, store = SystemClock().now(), wiring.model_store(settings)
    dataset = open_dataset(wiring.object_store(settings), version.manifest["dataset"])
    costs = TypeAdapter(Costs).validate_python(version.manifest["costs"])
    report = look(scorer_of(version, settings), dataset, views, costs, since=since, source=source, at=at)
    store.note(version, at)
    store.keep_report(report)
    return report
