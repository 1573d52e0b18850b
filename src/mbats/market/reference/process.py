"""Log rates of all currencies against EUR at every boundary of the timeline, from fixing to fixing.

Between the fixings ``L(t0)`` and ``L(t1) = L(t0) + X``, with ``S`` the covariance forecast from earlier fixings, ``T``
the stretch's length in weekdays and ``A A' = S T`` (Cholesky):

    L(t) = L(t0) + w(t) X + A diag(sqrt(g)) [W(w) - w W(1)]

* ``w`` runs from 0 to 1: each step's share of variance by hour of day, times a gamma variable for each half hour,
  normalised. This clock knows no direction.
* ``W`` are independent Brownian motions.
* ``g`` is the random size of each factor's clock. A priori ``1/g`` is gamma, so that ``F = A^-1 X`` is Student's t with
  ``NU`` degrees of freedom and unit variance: heavy tails as a scale mixture of normals. It is drawn from its law given
  ``F`` (Bayes: ``g = (NU - 2 + F^2) / chi2(NU + 1)``), which makes the joint law of move and path that of a Brownian
  motion run by an independent clock: a martingale. A ``g`` drawn without looking at ``F`` would leave great moves on
  quiet paths, a gift to whoever follows trends; ``g = F^2`` would do the reverse. The scale itself comes from earlier
  fixings alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mbats.market.columns import FloatColumn

NU = 6.0
_BLOCK = 30
_BLOCK_SHAPE = 3.0


class Stretch(NamedTuple):
    """The market from one fixing to the next, m steps and k currencies.

    Attributes
    ----------
    path
        Log rates against EUR at the m + 1 boundaries, shape (m + 1, k); first and last row are the fixings.
    variance
        Covariance of a whole ordinary stretch with the drawn clock, ``A diag(g) A'``, shape (k, k).
    step
        Share of that variance in each step, shape (m,); adds up to 1.
    liveliness
        How fast the clock runs in each step against what is usual at that hour, shape (m,).
    """

    path: NDArray[np.float64]
    variance: NDArray[np.float64]
    step: FloatColumn
    liveliness: FloatColumn


def stretch(
    generator: np.random.Generator,
    start: FloatColumn,
    end: FloatColumn,
    covariance: NDArray[np.float64],
    share: FloatColumn,
) -> Stretch:
    """Return one generated stretch; `start` and `end` are log rates at the fixings, shape (k,)."""
    loadings = np.linalg.cholesky(covariance * share.sum())
    factors = np.linalg.solve(loadings, end - start)
    clock = (NU - 2.0 + factors**2) / generator.chisquare(NU + 1.0, len(start))
    lively = _lively(generator, len(share))
    step = share * lively / (share * lively).sum()
    scaled = loadings * np.sqrt(clock)
    path = start + _bridge(generator, step, scaled) + np.append(0.0, np.cumsum(step))[:, None] * (end - start)
    path[-1] = end
    return Stretch(path, scaled @ scaled.T, step, lively * clock.mean())


def _lively(generator: np.random.Generator, steps: int) -> FloatColumn:
    blocks = generator.standard_gamma(_BLOCK_SHAPE, -(-steps // _BLOCK)) / _BLOCK_SHAPE
    lively: FloatColumn = np.repeat(blocks, _BLOCK)[:steps]
    return lively


def _bridge(generator: np.random.Generator, step: FloatColumn, scaled: NDArray[np.float64]) -> NDArray[np.float64]:
    increments = generator.standard_normal((len(step), len(scaled))) * np.sqrt(step)[:, None]
    increments -= step[:, None] * increments.sum(axis=0)
    bridge: NDArray[np.float64] = np.zeros((len(step) + 1, len(scaled)))
    np.cumsum(increments @ scaled.T, axis=0, out=bridge[1:])
    return bridge
