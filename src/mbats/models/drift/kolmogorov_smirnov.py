from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from mbats.market.columns import FloatColumn


class Distance(NamedTuple):
    """The largest distance between two distribution functions, and how often chance makes it as large."""

    statistic: float
    p: float


def distance(reference: FloatColumn, late: FloatColumn) -> Distance | None:
    """Return the two-sample Kolmogorov-Smirnov test; what is no number is left out, None with nothing left.

    The p-value is the asymptotic one: Smirnov (1948), "Table for estimating the goodness of fit of empirical
    distributions", Annals of Mathematical Statistics 19. It takes rows for independent, which neighbouring bars are
    not, so it is too small for a slow column: a small p alone is no drift (`mbats.models.drift.drift`). Statistic and
    p-value are those of the library scipy.
    """
    first, second = reference[np.isfinite(reference)], late[np.isfinite(late)]
    if not len(first) or not len(second):
        return None
    from scipy.stats import ks_2samp

    found = ks_2samp(first, second, method="asymp")
    return Distance(float(found.statistic), float(found.pvalue))
