from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from sklearn.metrics import accuracy_score, brier_score_loss, log_loss, r2_score, roc_auc_score

from mbats.models.metrics.calibration import calibration_error, calibration_table
from mbats.models.metrics.information import information_coefficient, rank_information_coefficient

if TYPE_CHECKING:
    from mbats.market.columns import FloatColumn, TimeColumn

Figures = dict[str, float | None]
OF_CLASSES = ("log_loss", "brier", "auc", "accuracy", "base_rate")
OF_NUMBERS = ("rmse", "mae", "r2")


def evaluate(
    label: FloatColumn,
    score: FloatColumn,
    outcome: FloatColumn,
    weight: FloatColumn,
    kind: str,
    *,
    start: TimeColumn | None = None,
    end: TimeColumn | None = None,
) -> Figures:
    """Return what scores are worth, by name; None where a figure is undefined.

    Rows without a label, score or outcome (NaN) are left out, and ``n`` is how many remain. Names: ``n``, those of
    `OF_CLASSES` or `OF_NUMBERS`, ``calibration_error``, and for the correlation of score and outcome (Pearson's ``ic``
    and Spearman's ``rank_ic``) the value and its ``_t``, ``_low``, ``_high``, ``_p`` and ``_effective``, as in
    `mbats.models.metrics.information.Information`.

    Parameters
    ----------
    label, score, outcome, weight
        Shape (n,). For the kind ``class`` the score is the probability of the upper class; both classes' labels are
        told apart by sign, those of a meta-label by being above 0.
    kind
        ``class`` or ``number``.
    start, end
        Label intervals, nanoseconds UTC; without them nothing is said of uncertainty.
    """
    known = np.isfinite(label) & np.isfinite(score) & np.isfinite(outcome) & (weight > 0)
    labels, scores, outcomes, weights = (column[known] for column in (label, score, outcome, weight))
    spans = () if start is None or end is None else (start[known], end[known])
    truth = (labels > 0).astype(np.float64) if kind == "class" else labels
    figures = _of_classes(truth, scores, weights) if kind == "class" else _of_numbers(truth, scores, weights)
    figures["calibration_error"] = calibration_error(calibration_table(scores, truth, weights))
    for name, measure in (("ic", information_coefficient), ("rank_ic", rank_information_coefficient)):
        found = measure(scores, outcomes, weights, *spans)._asdict()
        figures |= {name if part == "value" else f"{name}_{part}": value for part, value in found.items()}
    return {"n": float(known.sum())} | figures


def _of_classes(truth: FloatColumn, score: FloatColumn, weight: FloatColumn) -> Figures:
    if not len(truth):
        return dict.fromkeys(OF_CLASSES)
    both = len(np.unique(truth)) > 1
    return {
        "log_loss": float(log_loss(truth, score, sample_weight=weight, labels=[0.0, 1.0])),
        "brier": float(brier_score_loss(truth, score, sample_weight=weight, pos_label=1.0)),
        "auc": float(roc_auc_score(truth, score, sample_weight=weight)) if both else None,
        "accuracy": float(accuracy_score(truth > 0.5, score > 0.5, sample_weight=weight)),
        "base_rate": float(weight @ truth / weight.sum()),
    }


def _of_numbers(truth: FloatColumn, score: FloatColumn, weight: FloatColumn) -> Figures:
    if not len(truth):
        return dict.fromkeys(OF_NUMBERS)
    miss = score - truth
    return {
        "rmse": float(np.sqrt(weight @ miss**2 / weight.sum())),
        "mae": float(weight @ np.abs(miss) / weight.sum()),
        "r2": float(r2_score(truth, score, sample_weight=weight)) if np.ptp(truth) > 0.0 else None,
    }
