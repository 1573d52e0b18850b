from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbats.models.dataset import Dataset


@dataclass(frozen=True, slots=True)
class Facts:
    """A dataset in figures, for reports.

    Attributes
    ----------
    rows, rows_by_symbol
        Number of them.
    first, last
        First decision and last label's end, nanoseconds UTC.
    balance
        Share of each class, by label; of numbers, the share below and above zero as -1 and 1.
    missing
        Share of rows without a value, by feature.
    uniqueness
        Mean weight: how much of a row is its own.
    worth
        Sum of weights: how many independent rows these are worth.
    overlap
        Mean length of a label, in hours.
    """

    rows: int
    rows_by_symbol: Mapping[str, int]
    first: int
    last: int
    balance: Mapping[float, float]
    missing: Mapping[str, float]
    uniqueness: float
    worth: float
    overlap: float


def facts(dataset: Dataset) -> Facts:
    """Return a dataset in figures."""
    counts = np.bincount(dataset.instrument, minlength=len(dataset.symbols))
    classes = dataset.label if dataset.manifest["kind"] == "class" else np.sign(dataset.label)
    values, times = np.unique(classes, return_counts=True)
    return Facts(
        rows=len(dataset),
        rows_by_symbol=dict(zip(dataset.symbols, counts.tolist(), strict=True)),
        first=int(dataset.start[0]),
        last=int(dataset.end.max()),
        balance={float(value): count / len(dataset) for value, count in zip(values, times.tolist(), strict=True)},
        missing={name: float(np.isnan(dataset.features[:, k]).mean()) for k, name in enumerate(dataset.columns)},
        uniqueness=float(dataset.weight.mean()),
        worth=float(dataset.weight.sum()),
        overlap=float((dataset.end - dataset.start).mean() / 3.6e12),
    )
