from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mbats.errors.promotion import NothingLate
from mbats.features.view import View
from mbats.market.local_time import moment
from mbats.models.drift.drift import Drift, ScoreDrift, feature_drift
from mbats.pipelines.drift.report import DriftReport
from mbats.pipelines.late_scores import late_figures

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from mbats.execution.costs import Costs
    from mbats.market.bars import Bars
    from mbats.models.dataset import Dataset
    from mbats.models.scoring.version_scorer import VersionScorer


def look(
    scorer: VersionScorer,
    dataset: Dataset,
    views: Mapping[str, View],
    costs: Costs,
    *,
    since: int,
    source: str,
    at: datetime,
) -> DriftReport:
    """Compare what a version was trained on with the bars that opened since a moment.

    Parameters
    ----------
    dataset
        Of its training.
    views
        By symbol: all bars, so that features can warm up, and what features read beside them.
    source
        What the bars were seen in.

    Raises
    ------
    mbats.errors.promotion.NothingLate
        No bar opened since.
    """
    version = scorer.version
    market = {symbol: view.bars for symbol, view in views.items()}
    late = {symbol: bars.time >= since for symbol, bars in market.items()}
    bars = sum(int(rows.sum()) for rows in late.values())
    if not bars:
        raise NothingLate(reference=version.reference, since=f"{moment(since):%Y-%m-%d %H:%M}")
    table = np.concatenate([scorer.rows.whole(view)[0][late[symbol]] for symbol, view in views.items()])
    scores = {symbol: scorer.score(view) for symbol, view in views.items()}
    figures = late_figures(version, market, scores, costs, since)
    return DriftReport(
        model=version.name,
        reference=version.reference,
        version=version.id,
        at=at,
        start=moment(since),
        end=moment(_end(market)),
        bars=bars,
        source=source,
        synthetic=any(one.synthetic for one in market.values()),
        drift=Drift(
            feature_drift(dataset.columns, dataset.features, table),
            score_drift(version.manifest["metrics"].get("out_of_fold", {}), figures, version.manifest["kind"]),
        ),
    )


def score_drift(before: Mapping[str, Any], late: Mapping[str, Any], kind: str) -> ScoreDrift:
    """Set figures out of fold beside late ones, both by the names of `mbats.models.metrics.statistical.evaluate`."""
    probabilities = kind == "class"
    return ScoreDrift(
        rows=int(late["n"] or 0),
        ic=before.get("ic"),
        late_ic=late["ic"],
        late_low=late["ic_low"],
        late_high=late["ic_high"],
        calibration=before.get("calibration_error") if probabilities else None,
        late_calibration=late["calibration_error"] if probabilities else None,
    )


def _end(market: Mapping[str, Bars]) -> int:
    return max(int(bars.known_at[-1]) for bars in market.values())
