from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from mbats.errors.base import MbatsError
from mbats.errors.training import EstimatorFailed, LabelsNotTwoClasses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mbats.market.columns import FloatColumn


@contextmanager
def named_failures(estimator: str, doing: str) -> Iterator[None]:
    """Turn whatever an estimator raises into an error that names it."""
    try:
        yield
    except MbatsError:
        raise
    except Exception as cause:
        text = " ".join(f"{type(cause).__name__}: {cause}".split())
        raise EstimatorFailed(estimator=estimator, doing=doing, cause=text) from cause


def two_classes(estimator: str, label: FloatColumn) -> tuple[float, float]:
    """Return the lower and the upper class of `label`; raises `LabelsNotTwoClasses`."""
    found = np.unique(label)
    if len(found) != 2:
        listed = ", ".join(f"{value:g}" for value in found[:5]) or "none"
        raise LabelsNotTwoClasses(estimator=estimator, rows=len(label), count=len(found), found=listed)
    return float(found[0]), float(found[1])
