from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mbats.market.columns import FloatColumn, IntColumn

MOST = 20


class Clusters(NamedTuple):
    """How many different things were tried, and the variance of their daily Sharpe ratios, for `deflated_sharpe`."""

    number: int
    variance: float


def clustered(returns: NDArray[np.floating[Any]], most: int = MOST) -> Clusters | None:
    """Return the clusters that trials form, the alternative to counting every one of them.

    Lopez de Prado and Lewis (2019), "Detection of false investment strategies using unsupervised learning methods",
    Quantitative Finance 19(9): trials are grouped by the distance ``sqrt((1 - correlation) / 2)``; the number of
    clusters is the one with the highest mean over standard deviation of all silhouettes; a cluster's returns are those
    of its members weighted by inverse variance. Groups are made here by average linkage instead of k-means, so that no
    random start decides.

    Use number and variance together: the number of clusters beside the variance of all trials, or the reverse, would
    discount correlation twice.

    Parameters
    ----------
    returns
        Daily returns over common days, shape (T, N): one column a trial; those whose returns are all equal are left
        out. Memory grows with the square of N.
    most
        Upper bound of the number of clusters.

    Returns
    -------
    Clusters | None
        None with fewer than three trials.
    """
    moving = np.asarray(returns[:, np.ptp(returns, axis=0) > 0], dtype=np.float64)
    if moving.shape[1] < 3:
        return None
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    distance = np.sqrt(np.clip((1.0 - np.corrcoef(moving.T)) / 2.0, 0.0, 1.0))
    np.fill_diagonal(distance, 0.0)
    tree = linkage(squareform(distance, checks=False), method="average")
    cuts = [fcluster(tree, count, "maxclust") for count in range(2, min(most, moving.shape[1] - 1) + 1)]
    best = max(cuts, key=lambda labels: _quality(distance, labels))
    ratios = _ratios(moving, best)
    return Clusters(len(ratios), float(np.var(ratios, ddof=1)))


def _quality(distance: NDArray[np.float64], labels: IntColumn) -> float:
    """Return mean over standard deviation of the silhouettes (Rousseeuw 1987); a lone member's is 0."""
    member = labels[:, None] == np.unique(labels)
    sizes, sums = member.sum(axis=0), distance @ member
    own = member.argmax(axis=1)
    rows = np.arange(len(labels))
    inside = sums[rows, own] / np.maximum(sizes[own] - 1, 1)
    outside = np.where(member, np.inf, sums / sizes).min(axis=1)
    widest = np.maximum(inside, outside)
    silhouettes = np.where((sizes[own] > 1) & (widest > 0), (outside - inside) / np.where(widest > 0, widest, 1.0), 0.0)
    spread = float(np.std(silhouettes))
    return float(np.mean(silhouettes)) / spread if spread > 0 else np.inf


def _ratios(returns: NDArray[np.float64], labels: IntColumn) -> FloatColumn:
    """Return the daily Sharpe ratio of each cluster."""
    weights = 1.0 / np.var(returns, axis=0)
    joined = [
        returns[:, chosen] @ (weights[chosen] / weights[chosen].sum())
        for chosen in (labels == k for k in np.unique(labels))
    ]
    return np.array([series.mean() / series.std(ddof=1) for series in joined])
