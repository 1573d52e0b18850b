"""Log rates of all currencies against EUR at every boundary of the timeline, from fixing to fixing.

Between the fixings ``L(t0)`` and ``L(t1) = L(t0) + X``, with ``S`` the covariance forecast from earlier fixings, ``T``
the stretch's length in weekdays and ``A A' = S T`` (Cholesky):

    L(t) = L(t0) + w(t) X + A diag(sqrt(g)) [W(w) - w W(1)]

* ``w`` runs from 0 to 1: each step's share of variance by hour of day, times a gamma variable for each half hour,
  normalised. This clock knows no direction.
* ``W`` are independent Brownian motions.
* ``g = c e`` is the random size of each factor's clock: ``c``, the day's, is the same for all factors, ``e`` is each
  factor's own. A priori ``1/e`` is gamma and ``1/c`` nearly so (a grid of values), both means are 1, and ``F = A^-1 X``
  has heavy tails as a scale mixture of normals. ``c`` is drawn from its law given all of ``F``, then each ``e`` given
  ``c`` and ``F`` (Bayes: ``c e = (NU - 2) c + F^2`` over ``chi2(NU + 1)``), which makes the joint law of move and path
  that of a Brownian motion run by an independent clock: a martingale. A ``g`` drawn without looking at ``F`` would
  leave great moves on quiet paths, a gift to whoever follows trends; ``g = F^2`` would do the reverse. The scale itself
  comes from earlier fixings alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mbats.market.columns import FloatColumn

NU, NU_DAY = 10.0, 12.0
"""Degrees of freedom of a factor's own clock and of the day's. Their likelihood is greatest near these values."""
_LOG_DAY = np.linspace(-2.5, 3.0, 64)
_DAY = np.exp(_LOG_DAY)
_LOG_PRIOR = -NU_DAY / 2.0 * _LOG_DAY - (NU_DAY - 2.0) / 2.0 / _DAY
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
    clock = clock_given(generator, factors)
    lively = _lively(generator, len(share))
    step = share * lively / (share * lively).sum()
    scaled = loadings * np.sqrt(clock)
    path = start + _bridge(generator, step, scaled) + np.append(0.0, np.cumsum(step))[:, None] * (end - start)
    path[-1] = end
    return Stretch(path, scaled @ scaled.T, step, lively * clock.mean())


def clock_given(generator: np.random.Generator, factors: NDArray[np.floating]) -> FloatColumn:
    """Draw each factor's clock from its law given the factors' moves, both of shape (k,)."""
    spread = (NU - 2.0) * _DAY[:, None] + factors**2
    weight = _LOG_PRIOR + (NU * len(factors) * _LOG_DAY - (NU + 1.0) * np.log(spread).sum(axis=1)) / 2.0
    return _drawn(generator, weight, spread) / generator.chisquare(NU + 1.0, len(factors))


def _drawn(generator: np.random.Generator, weight: NDArray[np.floating], rows: NDArray[np.floating]) -> FloatColumn:
    """Return one of `rows` with a probability proportional to the exponential of its weight."""
    odds = np.cumsum(np.exp(weight - weight.max()))
    row: FloatColumn = rows[np.searchsorted(odds, generator.random() * odds[-1], side="right")]
    return row


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
