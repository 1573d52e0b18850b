"""From what a person typed to a verdict of the leak prosecutor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbats.bootstrap import models, wiring
from mbats.bootstrap.backtesting import named_costs
from mbats.bootstrap.reproducing import found, plan_of
from mbats.bootstrap.training import series_of
from mbats.features.discovery import feature_set
from mbats.features.reads import symbols_in
from mbats.market.timeframe import Timeframe
from mbats.models.datasets.keeping import open_dataset
from mbats.models.datasets.labelling import label_from
from mbats.models.prosecution.procedure import procedure_of
from mbats.models.validation.discovery import splitter_from
from mbats.pipelines.check_bars import reference_bars, stored_bars
from mbats.pipelines.model_check import Accused, ModelCheck, check_model
from mbats.pipelines.strategy_check import GENERATED
from mbats.secmaster.snapshot import open_snapshot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbats.settings import Settings


def check_version(reference: str, settings: Settings) -> ModelCheck:
    """Check a registered version on the very snapshot and dataset that it was trained on."""
    version = found(reference, settings)
    plan, store = plan_of(version, settings), wiring.object_store(settings)
    frozen = open_snapshot(store, version.manifest["snapshot"])
    accused = Accused(
        name=version.reference,
        origin=f"snapshot {frozen.id[:12]}",
        symbols=plan.symbols,
        market=frozen.market(),
        series=series_of(frozen, plan.features),
        features=plan.features,
        label=plan.label,
        costs=plan.costs,
        splitter=plan.validation,
        dataset=open_dataset(store, version.manifest["dataset"]),
        procedure=procedure_of(plan.estimator, plan.seed),
        fits=version.fits,
        seed=plan.seed,
        notes=_of_search(int(version.manifest["candidates"])),
    )
    return check_model(accused)


def _of_search(candidates: int) -> tuple[str, ...]:
    if candidates < 2:
        return ()
    chosen = f"Its hyper-parameters are the best of {candidates} on these very folds"
    return (f"{chosen}: every candidate counts as a trial, and only a later period judges the choice.",)


def check_features(
    texts: Sequence[str],
    settings: Settings,
    *,
    symbols: Sequence[str] = (),
    timeframe: str = "H1",
    vendor: str | None = None,
    label: str = "sign:12",
    validation: str = "purged-k-fold",
    estimator: str | None = None,
) -> ModelCheck:
    """Check features before anything is trained, on stored bars, or on the reference market when none are stored."""
    features, rule = feature_set(texts, settings.home / "features"), label_from(label)
    reads = symbols_in(features.reads)
    wanted, frame = [*dict.fromkeys([*symbols, *reads])] if symbols else [], Timeframe(timeframe)
    market = stored_bars(wiring.security_master(settings), wanted, frame, 1, vendor=vendor)
    origin = "the securities master"
    if market is None:
        origin, market = GENERATED, reference_bars(wiring.fixings(), wanted or ["EUR_USD", *reads], frame, 1)
    found_symbols = tuple(symbols) or tuple(symbol for symbol in market if symbol not in reads)
    learner = models.estimators(settings).find(estimator, {}, rule.kind) if estimator else None
    accused = Accused(
        name=", ".join(texts),
        origin=origin,
        symbols=found_symbols,
        market=market,
        series={},
        features=features,
        label=rule,
        costs=named_costs("oanda-us"),
        splitter=splitter_from(validation),
        procedure=procedure_of(learner) if learner else None,
    )
    return check_model(accused)
