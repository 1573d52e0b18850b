from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import sklearn
from threadpoolctl import ThreadpoolController, threadpool_limits

from mbats.models.estimators.dimension import configured
from mbats.models.estimators.guard import named_failures, two_classes
from mbats.models.estimators.recipe import CLASS, RECIPES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mbats.market.columns import FloatColumn
    from mbats.models.estimators.codec import Codec
    from mbats.models.estimators.dimension import Dimension

_BLOCK = 64
"""Rows of a multiple of this have the same scores alone and among others."""


@dataclass(frozen=True, slots=True)
class ScikitEstimator:
    """An estimator of scikit-learn, filling and scaling inside its pipeline; implements `mbats.models.estimator`.

    It computes in one thread, since sums of several come in any order.
    """

    name: str
    kind: str
    codec: Codec
    parameters: Mapping[str, Any] = field(default_factory=dict)

    @property
    def space(self) -> Mapping[str, Dimension]:
        """Its hyper-parameters, and where a search looks for them."""
        return RECIPES[self.name].space

    @property
    def code(self) -> str:
        """SHA-256 of what scikit-learn has under this name, and its version."""
        recipe = RECIPES[self.name]
        made_by = [sklearn.__version__, recipe.classes[self.kind], sorted(recipe.fixed.items())]
        return hashlib.sha256(repr(made_by).encode()).hexdigest()

    def with_parameters(self, parameters: Mapping[str, Any]) -> ScikitEstimator:
        """Return the same estimator with some hyper-parameters changed."""
        return replace(self, parameters=configured(self.name, self.space, {**self.parameters, **parameters}))

    def fit(
        self, features: NDArray[Any], label: FloatColumn, weight: FloatColumn, columns: Sequence[str], seed: int
    ) -> ScikitFitted:
        """Learn from rows of shape (n, k)."""
        if self.kind == CLASS:
            two_classes(self.name, label)
        pipeline = RECIPES[self.name].make(self.kind, self.parameters, seed)
        with named_failures(self.name, f"learn from {len(label):,} rows"), threadpool_limits(1):
            pipeline.fit(features, label, estimate__sample_weight=weight)
        return ScikitFitted(self.name, self.kind, pipeline, tuple(columns), self.codec)

    def load(self, content: bytes, columns: Sequence[str]) -> ScikitFitted:
        """Read what `ScikitFitted.dump` wrote."""
        return ScikitFitted(self.name, self.kind, self.codec.load(content), tuple(columns), self.codec)


@dataclass(frozen=True, slots=True)
class ScikitFitted:
    """A fitted pipeline of scikit-learn."""

    name: str
    kind: str
    pipeline: Any
    columns: tuple[str, ...]
    codec: Codec

    @property
    def format(self) -> str:
        """How `dump` writes."""
        return self.codec.format

    def score(self, features: NDArray[Any]) -> FloatColumn:
        """Return the probability of the upper class, or the expected number; shape (n,)."""
        rows = _padded(features)
        with named_failures(self.name, f"score {len(features):,} rows"), _threads().limit(limits=1):
            found = self.pipeline.predict_proba(rows)[:, 1] if self.kind == CLASS else self.pipeline.predict(rows)
        return np.asarray(found, dtype=np.float64)[: len(features)]

    def importance(self) -> Mapping[str, float]:
        """Return each column's share in the sum of absolute coefficients or of impurity removed."""
        last = self.pipeline[-1]
        found = getattr(last, "feature_importances_", None)
        if found is None:
            found = getattr(last, "coef_", None)
        if found is None:
            return {}
        sizes = np.abs(np.ravel(found))
        total = float(sizes.sum()) or 1.0
        return {column: float(size) / total for column, size in zip(self.columns, sizes, strict=True)}

    def dump(self) -> bytes:
        """Return it as bytes that `ScikitEstimator.load` reads."""
        return self.codec.dump(self.pipeline)


@cache
def _threads() -> ThreadpoolController:
    """Return what holds the threads of the libraries that are loaded; to look for those takes longer than a score."""
    return ThreadpoolController()


def _padded(features: NDArray[Any]) -> NDArray[Any]:
    """Return `features` with its first row repeated to whole blocks: BLAS sums the rows of a broken one otherwise."""
    missing = -len(features) % _BLOCK
    if not missing or not len(features):
        return np.ascontiguousarray(features)
    return np.concatenate([features, np.repeat(features[:1], missing, axis=0)])
