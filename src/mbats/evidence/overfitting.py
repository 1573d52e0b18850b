from __future__ import annotations

from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from mbats.market.columns import FloatColumn

BLOCKS = 16
_NUMBERS_AT_A_TIME = 1_000_000


def probability_of_overfitting(returns: NDArray[np.floating[Any]], blocks: int = BLOCKS) -> float | None:
    """Return how often the best cell of one half of the days is among the worse half of the cells in the other half.

    Combinatorially symmetric cross-validation: Bailey, Borwein, Lopez de Prado and Zhu (2017), "The probability of
    backtest overfitting", Journal of Computational Finance 20(4), section "The CSCV procedure", with the Sharpe ratio
    as measure. Days are cut into `blocks` stretches; each choice of half of them is a training set and the rest its
    test set. The share of choices whose logit ``ln(w / (1 - w))`` is 0 or less, with w the relative rank in the test
    set of the cell that was best in the training set, is the probability. Choices come in pairs that train on one
    another's test set, so each half is measured once.

    Parameters
    ----------
    returns
        Daily returns over common days, shape (T, N): one column a cell. A cell whose returns in a half are all equal
        has a ratio of 0 there: it neither won nor lost.
    blocks
        Even, at least 2.

    Returns
    -------
    float | None
        None with fewer than two cells, or fewer than two days a block.

    Notes
    -----
    Ratios come from sums and sums of squares a block, so the time is that of ``C(S, S / 2) * N`` ratios, whatever T:
    seconds for 10,000 cells and 16 blocks. Memory is that of `returns` and some tens of megabytes.
    """
    days, cells = returns.shape
    if cells < 2 or days < 2 * blocks:
        return None
    counts, sums, squares = _block_sums(returns, blocks)
    overfitted = total = 0
    for chosen in _halves(blocks, max(1, _NUMBERS_AT_A_TIME // cells)):
        one = _ratios(chosen, counts, sums, squares)
        other = _ratios(1.0 - chosen, counts, sums, squares)
        overfitted += _below_median(one, other) + _below_median(other, one)
        total += 2 * len(chosen)
    return overfitted / total


def _block_sums(returns: NDArray[np.floating[Any]], blocks: int) -> tuple[FloatColumn, FloatColumn, FloatColumn]:
    """Return days (S,), and sums and sums of squares (S, N), of the blocks."""
    edges = np.linspace(0, len(returns), blocks + 1).astype(np.intp)
    parts = [returns[start:end].astype(np.float64) for start, end in pairwise(edges)]
    squares = [np.einsum("tn,tn->n", part, part) for part in parts]
    return np.diff(edges).astype(np.float64), np.stack([part.sum(axis=0) for part in parts]), np.stack(squares)


def _halves(blocks: int, rows: int) -> Iterator[NDArray[np.float64]]:
    """Yield choices of half of the blocks, one of each pair of complements, as rows of zeros and ones."""
    with_the_first = [(0, *rest) for rest in combinations(range(1, blocks), blocks // 2 - 1)]
    for begin in range(0, len(with_the_first), rows):
        part = np.array(with_the_first[begin : begin + rows])
        chosen = np.zeros((len(part), blocks))
        np.put_along_axis(chosen, part, 1.0, axis=1)
        yield chosen


def _ratios(
    chosen: NDArray[np.float64], counts: FloatColumn, sums: FloatColumn, squares: FloatColumn
) -> NDArray[np.float64]:
    """Return the Sharpe ratio of every cell in every choice of blocks, shape (choices, N)."""
    days = (chosen @ counts)[:, None]
    mean = chosen @ sums / days
    square = chosen @ squares / days
    variance = square - mean**2
    moving = variance > 1e-12 * square
    return np.divide(mean, np.sqrt(variance, where=moving, out=variance), where=moving, out=np.zeros_like(mean))


def _below_median(train: NDArray[np.float64], test: NDArray[np.float64]) -> int:
    """Count the choices whose best cell in training ranks in the middle or below in the test; ties share their rank."""
    best = np.take_along_axis(test, train.argmax(axis=1)[:, None], axis=1)
    rank = (test < best).sum(axis=1) + ((test == best).sum(axis=1) + 1) / 2
    return int(np.count_nonzero(rank <= (test.shape[1] + 1) / 2))
