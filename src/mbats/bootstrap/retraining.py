"""A champion's own plan on newer data: train, judge, promote or not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mbats.bootstrap import models, wiring
from mbats.bootstrap.drifting import drift_in
from mbats.bootstrap.model_market import model_market
from mbats.bootstrap.promoting import Freezing, PromotionOptions, promotion
from mbats.bootstrap.reproducing import plan_of
from mbats.bootstrap.training import ground_on
from mbats.models.gates.bounds import Bounds
from mbats.pipelines.retraining import Outcome, Retraining, judged_before, new_bars
from mbats.pipelines.training.training import train
from mbats.simulation.watch import unwatched

if TYPE_CHECKING:
    from mbats.bootstrap.model_market import ModelMarket
    from mbats.models.version import Version
    from mbats.settings import Settings
    from mbats.simulation.watch import Watch


def retrain_from(
    name: str, options: PromotionOptions, settings: Settings, *, if_drift: bool = False, watch: Watch = unwatched
) -> Retraining:
    """Train the champion of a model (else its newest version) by its own plan on all but the last of the new bars.

    What is left out of the training judges the new version beside the champion. Once more on the same data does
    nothing.

    Parameters
    ----------
    if_drift
        Only where the champion has drifted.
    """
    version = models.registry(settings).version(name)
    there = model_market([version], settings, options.currency, options.snapshot)
    store, bounds = wiring.model_store(settings), Bounds().changed(options.gates)
    if before := judged_before(store.verdicts(version.name), there.snapshot):
        sentence = f"Nothing new: the same bars were judged on {before.at:%Y-%m-%d %H:%M} UTC. {before.sentence}"
        return Retraining(version.name, Outcome.DONE, sentence)
    new = new_bars(version, there.market, int(bounds.bars or 0))
    if new.missing:
        sentence = f"{new.missing:,} more bars are needed to train {version.name} anew and to judge what comes of it."
        return Retraining(version.name, Outcome.WAITING, sentence)
    drift = drift_in(there, version, settings) if if_drift else None
    if drift and not drift.drift.drifted:
        return Retraining(version.name, Outcome.STABLE, f"{version.reference} has not drifted.", drift=drift)
    trained = _trained(version, there, new.cut, settings, watch)
    judging = replace(options, snapshot=there.snapshot)
    verdict = promotion(settings).promote(version.name, [trained], Freezing(judging, settings), bounds)
    outcome = Outcome.PROMOTED if verdict.winner else Outcome.KEPT
    return Retraining(version.name, outcome, verdict.sentence, trained.reference, drift, verdict)


def _trained(version: Version, there: ModelMarket, end: int, settings: Settings, watch: Watch) -> Version:
    plan = plan_of(version, settings)
    searched = int(version.manifest.get("candidates", 0))
    plan = replace(plan, name=version.name, start=version.manifest["start"], end=end, candidates=searched)
    market = {**there.others, **there.market}
    ground = ground_on(there.snapshot, market, there.series, financing=there.financing, settings=settings, watch=watch)
    return train(plan, ground).version
