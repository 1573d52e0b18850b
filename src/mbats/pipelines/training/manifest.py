from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mbats.features.view import View
from mbats.models.version import Fit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from mbats.market.bars import Bars
    from mbats.models.dataset import Dataset
    from mbats.models.training.line import TrainedFit
    from mbats.pipelines.training.plan import TrainingPlan

FORMAT = 1


def manifest(
    plan: TrainingPlan, dataset: Dataset, states: Mapping[str, Any], metrics: Mapping[str, Any]
) -> dict[str, Any]:
    """Return everything that the scores of a version depend on, and what they were worth, as JSON takes it.

    No time of day and no place is in it: the same training gives the same manifest.
    """
    facts = dataset.manifest
    return {
        **plan.described(),
        "format": FORMAT,
        "plan": plan.digest,
        "features": facts["features"],
        "fingerprint": facts["fingerprint"],
        "columns": list(dataset.columns),
        "dtypes": list(facts["dtypes"]),
        "kind": plan.label.kind,
        "code": plan.estimator.code,
        "dataset": dataset.id,
        "snapshot": facts["snapshot"],
        "symbols": list(dataset.symbols),
        "timeframe": facts["timeframe"],
        "range": [int(dataset.start.min()), int(dataset.end.max())],
        "rows": len(dataset),
        "anchor": facts["anchor"],
        "states": dict(states),
        "commit": plan.provenance.commit,
        "lock": plan.provenance.lock,
        "python": plan.provenance.python,
        "packages": dict(plan.provenance.packages),
        "synthetic": facts["synthetic"],
        "metrics": dict(metrics),
    }


def as_fits(line: Sequence[TrainedFit], artefacts: Sequence[str]) -> list[Fit]:
    """Return a line of fits as a version records them."""
    return [
        Fit(fit.trained_from, fit.trained_until, fit.usable_from, fit.usable_until, artefact, fit.fitted.format)
        for fit, artefact in zip(line, artefacts, strict=True)
    ]


def states_after(
    plan: TrainingPlan,
    dataset: Dataset,
    market: Mapping[str, Bars],
    series: Mapping[str, Mapping[str, NDArray[Any]]],
) -> dict[str, dict[str, Any]]:
    """Return where the recursive features stand after the last bar that the plan lets each instrument see."""
    if not plan.features.continuing:
        return {}
    seen = {symbol: bars if plan.end is None else bars.between(-(2**63), plan.end) for symbol, bars in market.items()}
    found = {}
    for symbol in dataset.symbols:
        others = {name: bars for name, bars in seen.items() if name != symbol}
        states = plan.features.states(View(seen[symbol], others, series))
        found[symbol] = {column: state.as_json() for column, state in states.items()}
    return found
