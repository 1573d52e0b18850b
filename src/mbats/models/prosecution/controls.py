"""Two trainings with nothing to learn, which have to score as chance: the noise canary and the permuted labels."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count as count_from
from math import gcd, sqrt
from typing import TYPE_CHECKING

import numpy as np
from scipy.signal import lfilter
from scipy.stats import rankdata
from scipy.stats import t as student

from mbats.models.metrics.information import information_coefficient
from mbats.models.prosecution.finding import Charge, Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mbats.market.columns import FloatColumn, IntColumn
    from mbats.models.dataset import Dataset
    from mbats.models.prosecution.procedure import Procedure
    from mbats.models.validation.split import Split

LEVEL = 0.01
DRAWS = 3
_PERSISTENCE = 0.98
_FEWEST_BLOCKS = 6
_PAIRS = sqrt(2.0)
"""How much too large a t is at most where each fold is tested on what the others are trained on, and the reverse: what
two folds have in common by chance counts twice."""


@dataclass(frozen=True, slots=True)
class Control:
    """A training with nothing to learn.

    Attributes
    ----------
    name
        ``noise canary`` or ``permuted labels``.
    ic, t, p
        Rank information coefficient of its out-of-fold scores, its t (with what folds share allowed for), and how often
        chance alone shows as large a one or a larger; of the draw with the largest `p`. None where there are too few
        rows to tell.
    level
        Significance: it fails when `p` is below it in each of `draws` independent draws.
    """

    name: str
    ic: float | None = None
    t: float | None = None
    p: float | None = None
    level: float = LEVEL
    draws: int = 1

    @property
    def passed(self) -> bool | None:
        """Whether it scored as chance; None where nobody can tell."""
        return None if self.p is None else self.p >= self.level


def controls(
    dataset: Dataset, splits: Sequence[Split], procedure: Procedure, *, seed: int = 0, level: float = LEVEL
) -> tuple[Control, ...]:
    """Train on noise, and on permuted labels, in the very folds and by the very procedure of a training.

    The noise canary replaces all features by persistent noise: a model that scores with it learnt from the fold's own
    test. The permuted labels keep features and change labels for those of other times, in blocks of several label
    lengths, so that neighbours overlap as before (Ojala and Garriga 2010, "Permutation tests for studying classifier
    performance", Journal of Machine Learning Research 11, in blocks). Each is drawn once, and up to three times if it
    scores: one training of all folds in nearly every case.
    """
    draws = np.random.default_rng([seed, 20]), np.random.default_rng([seed, 21])
    return (
        _control(Charge.NOISE_CANARY, lambda: with_noise(dataset, draws[0]), splits, procedure, level),
        _control(Charge.PERMUTED_LABELS, lambda: with_permuted_labels(dataset, draws[1]), splits, procedure, level),
    )


def findings_of(found: Sequence[Control]) -> list[Finding]:
    """Return a finding for each control that failed."""
    detail = (
        "a training with nothing to learn scores an information coefficient of {:.3f} (t {:.1f}), {} times in a row"
    )
    return [
        Finding(Charge(each.name), "training", "all splits", detail.format(each.ic, each.t, each.draws))
        for each in found
        if each.passed is False
    ]


def with_noise(dataset: Dataset, draw: np.random.Generator) -> Dataset:
    """Return the dataset with features of persistent noise, of each instrument its own."""
    features = np.empty_like(dataset.features)
    for rows in _by_instrument(dataset):
        news = draw.standard_normal((len(rows), features.shape[1]))
        features[rows] = lfilter([1.0], [1.0, -_PERSISTENCE], news, axis=0)
    return replace(dataset, features=features)


def with_permuted_labels(dataset: Dataset, draw: np.random.Generator) -> Dataset | None:
    """Return the dataset with labels, outcomes and weights of other times; None where an instrument has too few."""
    moved = np.arange(len(dataset))
    for rows in _by_instrument(dataset):
        ends = np.searchsorted(dataset.start[rows], dataset.end[rows])
        places = _elsewhere(len(rows), int((ends - np.arange(len(rows))).max()), draw)
        if places is None:
            return None
        moved[rows] = rows[places]
    return replace(dataset, label=dataset.label[moved], outcome=dataset.outcome[moved], weight=dataset.weight[moved])


def _elsewhere(count: int, longest: int, draw: np.random.Generator) -> IntColumn | None:
    """Return row numbers in blocks of at least two label lengths, none of which stays where it is.

    A block's length has no divisor in common with a day's or a week's number of bars, so that hours are mixed, too.
    Rows left over at the end take what the first ones have.
    """
    length = next(size for size in count_from(2 * longest) if gcd(size, 30) == 1)
    blocks = count // length
    if blocks < _FEWEST_BLOCKS:
        return None
    cycle = draw.permutation(blocks)
    source = np.empty(blocks, dtype=np.int64)
    source[cycle] = np.roll(cycle, 1)
    rows = (source[:, np.newaxis] * length + np.arange(length)).ravel()
    return np.concatenate([rows, np.arange(count - len(rows))])


def _by_instrument(dataset: Dataset) -> list[IntColumn]:
    return [np.flatnonzero(dataset.instrument == number) for number in np.unique(dataset.instrument)]


def _control(
    charge: Charge, draw: Callable[[], Dataset | None], splits: Sequence[Split], procedure: Procedure, level: float
) -> Control:
    drawn: list[Control] = []
    while len(drawn) < DRAWS and (not drawn or drawn[-1].passed is False):
        dataset = draw()
        drawn.append(_scored(charge, dataset, splits, procedure, level) if dataset else Control(charge, level=level))
    kindest = max(drawn, key=lambda each: -1.0 if each.p is None else each.p)
    return replace(kindest, draws=len(drawn))


def _scored(charge: Charge, dataset: Dataset, splits: Sequence[Split], procedure: Procedure, level: float) -> Control:
    rows = np.concatenate([split.test for split in splits])
    scores = np.concatenate([_ranks(procedure(dataset, split)) for split in splits])
    labels = np.concatenate([_ranks(dataset.label[split.test]) for split in splits])
    found = information_coefficient(scores, labels, None, dataset.start[rows], dataset.end[rows])
    if found.t is None:
        return Control(charge, found.value, level=level)
    ratio = found.t / _PAIRS
    return Control(charge, found.value, ratio, float(student.sf(ratio, found.freedom)), level)


def _ranks(column: FloatColumn) -> FloatColumn:
    """Return ranks around 0 within a fold: its level says something about the other folds, and the reverse."""
    ranks = rankdata(column) / len(column)
    return np.asarray(ranks - ranks.mean())
