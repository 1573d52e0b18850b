from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mbats.secmaster import parquet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mbats.market.columns import FloatColumn, IntColumn, TimeColumn

_FEATURE = "feature."
"""Before the names of features in a file: they may be any."""


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a dataset; see `mbats.models.dataset.Dataset`, whose columns they are."""

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

    def columns(self) -> dict[str, Any]:
        """Return all columns by name, the matrix of features as one of them."""
        return {name: getattr(self, name) for name in self.__slots__}

    def named(self, names: Sequence[str]) -> dict[str, NDArray[Any]]:
        """Return what is written to a file: all columns by name, the features' called `names`."""
        rows = self.columns()
        matrix = rows.pop("features")
        return rows | {_FEATURE + name: matrix[:, k] for k, name in enumerate(names)}


def joined(parts: Sequence[Table]) -> Table:
    """Return the rows of all parts by decision time, then instrument."""
    if len(parts) == 1:
        return parts[0]
    columns = {
        name: np.concatenate([getattr(part, name) for part in parts]) for name in Table.__slots__ if name != "features"
    }
    order = np.lexsort((columns["instrument"], columns["start"]))
    features = matrix(len(order), parts[0].features.shape[1])
    for k, column in enumerate(features.T):
        np.take(np.concatenate([part.features[:, k] for part in parts]), order, out=column)
    return Table(features=features, **{name: column[order] for name, column in columns.items()})


def matrix(rows: int, columns: int) -> NDArray[Any]:
    """Return room for features, each in one piece of memory: the layout of all datasets."""
    return np.empty((rows, columns), order="F")


def chosen(features: NDArray[Any], rows: IntColumn) -> NDArray[Any]:
    """Return some rows, ascending; a view where they are in one piece."""
    if len(rows) and rows[-1] - rows[0] + 1 == len(rows):
        return features[rows[0] : rows[-1] + 1]
    found = matrix(len(rows), features.shape[1])
    for k, column in enumerate(found.T):
        np.take(features[:, k], rows, out=column)
    return found


def table_from(content: bytes, names: Sequence[str], rows: int) -> Table:
    """Read what was written of `Table.named`."""
    features = matrix(rows, len(names))
    places = {_FEATURE + name: features[:, k] for k, name in enumerate(names)}
    found = parquet.columns(content, places)
    return Table(features=features, **{name: found[name] for name in found.keys() - places.keys()})
