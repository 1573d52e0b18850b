"""From what a person typed to a trained model."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from shlex import join
from typing import TYPE_CHECKING, Any

from mbats.bootstrap import environment, models, wiring
from mbats.bootstrap.backtesting import named_costs
from mbats.bootstrap.provenance import code_commit
from mbats.bootstrap.research import Selection, opened
from mbats.clock import SystemClock
from mbats.errors.training import HyperparameterSyntax
from mbats.features.discovery import feature_set
from mbats.features.reads import series_in, symbols_in
from mbats.ledger.terms import Account, amount
from mbats.market.timeframe import Alignment
from mbats.models.datasets.labelling import label_from
from mbats.models.validation.discovery import splitter_from
from mbats.pipelines.market_data import read
from mbats.pipelines.training.plan import Provenance, TrainingPlan
from mbats.pipelines.training.training import Ground, train
from mbats.secmaster.moments import span
from mbats.secmaster.series import columns
from mbats.simulation.watch import unwatched

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mbats.execution.financing import FinancingRates
    from mbats.features.feature_set import FeatureSet
    from mbats.market.bars import Bars
    from mbats.models.validation.split import Splitter
    from mbats.pipelines.training.training import Training
    from mbats.secmaster.snapshot import Snapshot
    from mbats.settings import Settings
    from mbats.simulation.watch import Watch

_NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingOptions:
    """A training in a person's words; the fields are the options of ``mbats model train``."""

    symbols: Sequence[str]
    name: str | None = None
    timeframe: str = "H1"
    start: str | None = None
    end: str | None = None
    vendor: str | None = None
    alignment: str | None = None
    snapshot: str | None = None
    features: Sequence[str] = ("default",)
    label: str = "sign:12"
    estimator: str = "lightgbm"
    parameters: Sequence[str] = ()
    validation: str = "purged-k-fold"
    folds: int | None = None
    embargo: str | None = None
    walk_forward: str = "0.1"
    search: int = 0
    seed: int = 0
    controls: bool = True
    costs: str = "oanda-us"
    cash: str = "100000"
    currency: str = "USD"


def train_from(options: TrainingOptions, settings: Settings, watch: Watch = unwatched) -> Training:
    """Read the data, train, judge and register the model that `options` describe."""
    plan = planned(options, settings)
    return train(plan, ground(plan, options, settings, watch))


def planned(options: TrainingOptions, settings: Settings) -> TrainingPlan:
    """Return the plan that `options` describe; it reads no data."""
    label = label_from(options.label)
    start, end = span(options.start, options.end)
    found = models.estimators(settings).find(options.estimator, _assigned(options.parameters), label.kind)
    return TrainingPlan(
        name=options.name or usual_name(options.symbols),
        symbols=tuple(dict.fromkeys(options.symbols)),
        features=feature_set(options.features, settings.home / "features"),
        label=label,
        estimator=found,
        validation=_validation(options),
        walk_forward=_walk_forward(options.walk_forward),
        costs=named_costs(options.costs),
        account=Account(options.currency, amount(options.cash)),
        provenance=provenance(),
        start=start,
        end=end,
        candidates=options.search,
        seed=options.seed,
        controls=options.controls,
    )


def ground(plan: TrainingPlan, options: TrainingOptions, settings: Settings, watch: Watch = unwatched) -> Ground:
    """Return the data and the services that a plan needs."""
    frozen = frozen_for(plan.features, plan.symbols, options, settings)
    data = read(frozen)
    series = series_of(frozen, plan.features)
    return ground_on(frozen.id, data.bars, series, financing=data.financing, settings=settings, watch=watch)


def ground_on(
    snapshot: str,
    market: Mapping[str, Bars],
    series: Mapping[str, Mapping[str, Any]],
    *,
    financing: FinancingRates | None,
    settings: Settings,
    watch: Watch,
) -> Ground:
    """Return what a snapshot holds with the services that every training needs."""
    return Ground(
        snapshot=snapshot,
        market=market,
        series=series,
        store=wiring.object_store(settings),
        register=wiring.trial_register(settings),
        tracking=models.tracking(settings),
        tuners=models.tuners(),
        clock=SystemClock(),
        watch=watch,
        financing=financing,
    )


def frozen_for(features: FeatureSet, symbols: Sequence[str], options: TrainingOptions, settings: Settings) -> Snapshot:
    """Return the snapshot to learn from: the instruments, what features read beside them, what converts money."""
    chosen = Selection(
        timeframe=options.timeframe,
        end=options.end,
        vendor=options.vendor,
        snapshot=options.snapshot,
        alignment=Alignment(options.alignment) if options.alignment else None,
        series=tuple(series_in(features.reads)),
    )
    return opened(settings, list(dict.fromkeys([*symbols, *symbols_in(features.reads)])), options.currency, chosen)


def series_of(frozen: Snapshot, features: FeatureSet) -> dict[str, Mapping[str, Any]]:
    """Return the columns of the series that features read, times in nanoseconds."""
    return {name: columns(frozen.series(name)) for name in series_in(features.reads)}


def usual_name(symbols: Sequence[str]) -> str:
    """Return what a model is called where nobody named it: ``eurusd``, ``eurusd-usdjpy``, ``eurusd-and-7-more``."""
    plain = [symbol.replace("_", "").lower() for symbol in dict.fromkeys(symbols)]
    return "-".join(plain) if len(plain) <= 3 else f"{plain[0]}-and-{len(plain) - 1}-more"


def provenance() -> Provenance:
    """Return what makes a model beside its data, here and now."""
    return Provenance(
        commit=code_commit(),
        lock=environment.lock(),
        python=environment.python(),
        packages=environment.computing(),
        command=join(["mbats", *sys.argv[1:]]),
    )


def _validation(options: TrainingOptions) -> Splitter:
    text = options.validation
    for name, value in (("folds", options.folds), ("embargo", options.embargo)):
        if value is not None:
            text += f"{',' if ':' in text else ':'}{name}={value}"
    return splitter_from(text)


def _walk_forward(text: str) -> Splitter | None:
    if text == _NONE:
        return None
    return splitter_from(f"walk-forward:{text if '=' in text else f'step={text},anchored=true'}")


def _assigned(texts: Sequence[str]) -> dict[str, str]:
    assigned = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise HyperparameterSyntax(text=text)
        assigned[name.strip()] = value.strip()
    return assigned
