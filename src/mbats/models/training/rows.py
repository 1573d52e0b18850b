from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mbats.market.columns import FloatColumn, IntColumn
    from mbats.models.dataset import Dataset


def rows_of(dataset: Dataset, rows: IntColumn) -> tuple[NDArray[Any], FloatColumn, FloatColumn]:
    """Return features, labels and weights to learn from; the weights have mean 1, as estimators take them."""
    weight = dataset.weight[rows]
    return np.ascontiguousarray(dataset.features[rows]), dataset.label[rows], weight / weight.mean()
