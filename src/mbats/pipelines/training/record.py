"""What is written down of a training."""

from __future__ import annotations

import json
from dataclasses import asdict
from math import isfinite
from typing import TYPE_CHECKING, Any

import numpy as np

from mbats.models.metrics.calibration import calibration_table
from mbats.reports.training_figure import training_page

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mbats.evidence.deflation import Deflation
    from mbats.models.dataset import Dataset
    from mbats.models.prosecution.controls import Control
    from mbats.models.training.out_of_fold import Fold
    from mbats.models.version import Version
    from mbats.pipelines.training.judgement import Judgement
    from mbats.pipelines.training.plan import TrainingPlan
    from mbats.pipelines.training.tracking import TrackedRun


def asked(plan: TrainingPlan) -> dict[str, Any]:
    """Return a plan as the parameters of a run."""
    described = plan.described()
    return {
        **{
            name: described[name] for name in ("estimator", "label", "validation", "walk_forward", "candidates", "seed")
        },
        "symbols": ", ".join(plan.symbols),
        "features": ", ".join(plan.features.columns),
        "fingerprint": plan.features.fingerprint,
        "costs": plan.costs.name,
        "account": f"{plan.account.currency} {plan.account.cash}",
        "commit": plan.provenance.commit,
        "lock": plan.provenance.lock,
        "python": plan.provenance.python,
    }


def figures_of(chosen: Judgement, controlled: Sequence[Control]) -> dict[str, Any]:
    """Return what a judgement and its controls show, as JSON takes it: the same training, the same figures."""
    return {
        "folds": [_described(fold) for fold in chosen.scores.folds],
        "out_of_fold": _defined(chosen.scores.figures),
        "traded": _defined(chosen.money.figures()) if chosen.money else None,
        "importance": chosen.scores.importance,
        "controls": [{**asdict(control), "name": str(control.name)} for control in controlled],
    }


def tell(
    run: TrackedRun, version: Version, dataset: Dataset, judged: Sequence[Judgement], deflation: Deflation
) -> None:
    """Write down a version, how it was judged fold by fold, and what else was tried."""
    chosen = judged[0]
    run.parameters({f"parameter.{name}": value for name, value in chosen.estimator.parameters.items()})
    for fold in chosen.scores.folds:
        run.metrics({f"fold.{name}": value for name, value in fold.figures.items()}, step=fold.number)
    run.metrics({f"out_of_fold.{name}": value for name, value in chosen.scores.figures.items()})
    if chosen.money is not None:
        run.metrics({f"traded.{name}": value for name, value in chosen.money.figures().items()})
    run.metrics({f"evidence.{name}": value for name, value in asdict(deflation).items()})
    run.file("version.json", _json({"id": version.id, **version.manifest}))
    run.file("importance.json", _json(chosen.scores.importance))
    run.file("tried.json", _json([_candidate(judgement) for judgement in judged]))
    run.file("training.html", _page(version, dataset, chosen).encode())


def _page(version: Version, dataset: Dataset, chosen: Judgement) -> str:
    """Return the charts of a training."""
    label = (dataset.label > 0).astype(np.float64) if version.manifest["kind"] == "class" else dataset.label
    scored = np.isfinite(chosen.scores.score)
    bins = calibration_table(chosen.scores.score[scored], label[scored], dataset.weight[scored])
    made = ", on generated data" if version.synthetic else ""
    return training_page(
        f"{version.name}, {version.manifest['estimator']}{made}",
        [fold.figures for fold in chosen.scores.folds],
        chosen.scores.importance,
        [(each.predicted, each.observed) for each in bins],
        chosen.money.returns if chosen.money else np.empty(0),
    )


def _candidate(judgement: Judgement) -> dict[str, Any]:
    sharpe = judgement.money.sharpe if judgement.money else None
    return {"parameters": judgement.estimator.parameters, **_defined({"ic": judgement.value, "sharpe": sharpe})}


def _described(fold: Fold) -> dict[str, Any]:
    extent = {name: getattr(fold, name) for name in ("number", "trained", "tested", "start", "end")}
    return {**extent, "figures": _defined(fold.figures)}


def _defined(figures: Mapping[str, float | None]) -> dict[str, float | None]:
    """Return figures with None for what no JSON number stands for."""
    return {name: value if value is not None and isfinite(value) else None for name, value in figures.items()}


def _json(value: Any) -> bytes:
    return json.dumps(value, indent=2, sort_keys=True, default=str).encode()
