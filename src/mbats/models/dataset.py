from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from mbats.market.columns import FloatColumn, IntColumn, TimeColumn


@dataclass(frozen=True, slots=True)
class Dataset:
    """What a model learns from: one row a labelled bar of any instrument, ordered by decision time, then instrument.

    Attributes
    ----------
    id
        SHA-256 of the manifest.
    manifest
        Snapshot, feature-set fingerprint and specification, label, costs, code commit, range, synthetic mark, digest of
        the table.
    symbols
        Instruments; `instrument` holds places in it.
    columns
        Names of the features, length k.
    features
        Shape (n, k), float64, each column in one piece of memory; NaN where a feature has no value.
    time
        Opening time of each row's bar.
    start, end
        From the decision's moment to when the label was known, nanoseconds UTC.
    label, outcome, weight
        Shape (n,).
    """

    id: str
    manifest: Mapping[str, Any]
    symbols: tuple[str, ...]
    columns: tuple[str, ...]
    instrument: IntColumn
    time: TimeColumn
    start: TimeColumn
    end: TimeColumn
    features: NDArray[Any]
    label: FloatColumn
    outcome: FloatColumn
    weight: FloatColumn

    def __len__(self) -> int:
        return len(self.time)
