from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import lightgbm
import numpy as np

from mbats.adapters.lightgbm.single_row import SingleRow
from mbats.errors.training import FitUnreadable
from mbats.models.estimators.dimension import Dimension, configured
from mbats.models.estimators.guard import named_failures, two_classes
from mbats.models.estimators.recipe import CLASS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mbats.market.columns import FloatColumn

_UNSAFE = re.compile(r"[^\w.-]")
NAME, FORMAT = "lightgbm", "lightgbm-text"
_SPACE: Mapping[str, Dimension] = {
    "rounds": Dimension(200, 1, 10_000, searched=(50, 400)),
    "learning_rate": Dimension(0.03, 1e-6, 1.0, searched=(0.005, 0.2), log=True),
    "num_leaves": Dimension(15, 2, 10_000, searched=(4, 63), log=True),
    "max_depth": Dimension(-1, -1, 100),
    "min_data_in_leaf": Dimension(100, 1, 100_000, searched=(20, 1_000), log=True),
    "feature_fraction": Dimension(0.8, 1e-3, 1.0, searched=(0.4, 1.0)),
    "bagging_fraction": Dimension(0.8, 1e-3, 1.0, searched=(0.4, 1.0)),
    "lambda_l1": Dimension(0.0, 0.0, 1e9),
    "lambda_l2": Dimension(1.0, 0.0, 1e9, searched=(1e-3, 100.0), log=True),
}
_FIXED = {"num_threads": 1, "deterministic": True, "force_row_wise": True, "bagging_freq": 1, "verbosity": -1}
_OBJECTIVES = {CLASS: "binary", "number": "regression"}


@dataclass(frozen=True, slots=True)
class LightGBM:
    """Gradient-boosted trees, which take missing values as they are; implements `mbats.models.estimator.Estimator`.

    The same rows and seed give the same trees: one thread, ``deterministic``, histograms by row. ``rounds`` is the
    number of trees; there is no early stopping, which would look at rows that a fold must not see.
    """

    kind: str
    parameters: Mapping[str, Any] = field(default_factory=lambda: configured(NAME, _SPACE, {}))

    @property
    def name(self) -> str:
        """Name that a person types."""
        return NAME

    @property
    def space(self) -> Mapping[str, Dimension]:
        """Its hyper-parameters, and where a search looks for them."""
        return _SPACE

    @property
    def code(self) -> str:
        """SHA-256 of LightGBM's version and of what is fixed."""
        made_by = [lightgbm.__version__, _OBJECTIVES[self.kind], sorted(_FIXED.items())]
        return hashlib.sha256(repr(made_by).encode()).hexdigest()

    def with_parameters(self, parameters: Mapping[str, Any]) -> LightGBM:
        """Return the same estimator with some hyper-parameters changed."""
        return replace(self, parameters=configured(NAME, _SPACE, {**self.parameters, **parameters}))

    def fit(
        self, features: NDArray[Any], label: FloatColumn, weight: FloatColumn, columns: Sequence[str], seed: int
    ) -> LightGBMFitted:
        """Learn from rows of shape (n, k)."""
        target = label
        if self.kind == CLASS:
            target = (label == two_classes(NAME, label)[1]).astype(np.float64)
        options = {**_FIXED, **self.parameters, "objective": _OBJECTIVES[self.kind], "seed": seed}
        rounds = options.pop("rounds")
        with named_failures(NAME, f"learn from {len(label):,} rows"):
            names = [_UNSAFE.sub("_", column) for column in columns]
            rows = lightgbm.Dataset(features, target, weight=weight, feature_name=names, params=options)
            booster = lightgbm.train(options, rows, num_boost_round=rounds)
        # As it would be read again: the same bits whether or not it went through the store.
        return self.load(booster.model_to_string().encode(), columns)

    def load(self, content: bytes, columns: Sequence[str]) -> LightGBMFitted:
        """Read what `LightGBMFitted.dump` wrote."""
        try:
            booster = lightgbm.Booster(model_str=content.decode())
        except (lightgbm.basic.LightGBMError, UnicodeDecodeError) as cause:
            raise FitUnreadable(format=FORMAT, cause=cause) from None
        return LightGBMFitted(booster, content, tuple(columns), SingleRow(booster))


@dataclass(frozen=True, slots=True)
class LightGBMFitted:
    """A booster."""

    booster: lightgbm.Booster
    content: bytes
    columns: tuple[str, ...]
    single: SingleRow

    @property
    def format(self) -> str:
        """How `dump` writes."""
        return FORMAT

    def score(self, features: NDArray[Any]) -> FloatColumn:
        """Return the probability of the upper class, or the expected number; shape (n,)."""
        if len(features) == 1 and features.shape[1] == len(self.columns):
            return self.single(features[0])
        with named_failures(NAME, f"score {len(features):,} rows"):
            return np.asarray(self.booster.predict(features, num_threads=1), dtype=np.float64)

    def importance(self) -> Mapping[str, float]:
        """Return each column's share in the loss that all splits have removed."""
        gains = self.booster.feature_importance("gain")
        total = float(gains.sum()) or 1.0
        return {column: float(gain) / total for column, gain in zip(self.columns, gains, strict=True)}

    def dump(self) -> bytes:
        """Return it as LightGBM's text, which `LightGBM.load` reads."""
        return self.content
