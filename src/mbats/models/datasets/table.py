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

    def content(self, names: Sequence[str]) -> bytes:
        """Return the table as the bytes of a Parquet file, its features called `names`; same rows, same bytes."""
        rows = self.columns()
        matrix = rows.pop("features")
        return parquet.of_columns(rows | {_FEATURE + name: matrix[:, k] for k, name in enumerate(names)})


def joined(parts: Sequence[Table]) -> Table:
    """Return the rows of all parts by decision time, then instrument."""
    if len(parts) == 1:
        return parts[0]
    moments = np.concatenate([part.start for part in parts])
    order = np.lexsort((np.concatenate([part.instrument for part in parts]), moments))
    return Table(*(np.concatenate(columns)[order] for columns in zip(*map(_values, parts), strict=True)))


def table_from(content: bytes, names: Sequence[str]) -> Table:
    """Read what `Table.content` wrote."""
    rows = parquet.columns(content)
    features = np.empty((len(rows["time"]), len(names)))
    for k, name in enumerate(names):
        features[:, k] = rows.pop(_FEATURE + name)
    return Table(features=features, **rows)


def _values(table: Table) -> list[NDArray[Any]]:
    return list(table.columns().values())
