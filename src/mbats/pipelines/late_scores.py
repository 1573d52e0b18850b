"""Scores of bars beside what came of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mbats.models.datasets.labelling import label_from
from mbats.models.metrics.statistical import evaluate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbats.execution.costs import Costs
    from mbats.execution.financing import FinancingRates
    from mbats.market.bars import Bars
    from mbats.market.columns import FloatColumn
    from mbats.models.version import Version


def late_figures(
    version: Version,
    market: Mapping[str, Bars],
    scores: Mapping[str, FloatColumn],
    costs: Costs,
    since: int,
    *,
    financing: FinancingRates | None = None,
) -> dict[str, float | None]:
    """Return what a version's scores of the bars that opened since a moment are worth, by its own label.

    Parameters
    ----------
    market
        All bars by symbol: labels may look at those before, for a barrier's width, say.
    scores
        One a bar, NaN where there is none.
    since
        Nanoseconds UTC.
    financing
        Dated rates for labels that are trades; None: not modelled.

    Returns
    -------
    dict[str, float | None]
        By the names of `mbats.models.metrics.statistical.evaluate`.
    """
    rule, rows = label_from(version.manifest["label"]), {symbol: bars.time >= since for symbol, bars in market.items()}
    labels = {symbol: rule.label(bars, costs, financing) for symbol, bars in market.items()}
    value = np.concatenate([labels[symbol].value[rows[symbol]] for symbol in market])
    score = np.concatenate([scores[symbol][rows[symbol]] for symbol in market])
    outcome = np.concatenate([labels[symbol].outcome[rows[symbol]] for symbol in market])
    start = np.concatenate([labels[symbol].start[rows[symbol]] for symbol in market])
    end = np.concatenate([labels[symbol].end[rows[symbol]] for symbol in market])
    return evaluate(value, score, outcome, np.ones(len(value)), version.manifest["kind"], start=start, end=end)
