from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from mbats.models.estimators.dimension import Dimension

CLASS, NUMBER = "class", "number"


@dataclass(frozen=True, slots=True)
class Recipe:
    """What scikit-learn has under a name of ours.

    Attributes
    ----------
    classes
        Path of the estimator for each kind of label that it can learn.
    space
        Hyper-parameters a person may set, under scikit-learn's names.
    fixed
        Those that stay as they are.
    """

    classes: Mapping[str, str]
    space: Mapping[str, Dimension]
    fixed: Mapping[str, Any] = field(default_factory=dict)

    def make(self, kind: str, parameters: Mapping[str, Any], seed: int) -> Any:
        """Return the pipeline, not fitted: medians fill in, columns are scaled; all in it that draws is seeded."""
        from sklearn.impute import SimpleImputer
        from sklearn.pipeline import Pipeline
        from sklearn.preprocessing import StandardScaler

        module, _, name = self.classes[kind].partition(":")
        cls = getattr(import_module(module), name)
        drawn = {"random_state": seed} if "random_state" in cls().get_params() else {}
        last = ("estimate", cls(**{**self.fixed, **parameters, **drawn}))
        filled = SimpleImputer(strategy="median", keep_empty_features=True)
        return Pipeline([("fill", filled), ("scale", StandardScaler()), last])


_TREES = Dimension(100, 1, 5_000, searched=(50, 400))
_LEAF = Dimension(50, 1, 100_000, searched=(10, 500), log=True)
_DEPTH = Dimension(None, 1, 100, searched=(2, 12))

RECIPES: Mapping[str, Recipe] = {
    "logistic": Recipe(
        {CLASS: "sklearn.linear_model:LogisticRegression"},
        {"C": Dimension(0.1, 1e-9, 1e9, searched=(1e-4, 10.0), log=True)},
        {"max_iter": 1_000},
    ),
    "ridge": Recipe(
        {NUMBER: "sklearn.linear_model:Ridge"},
        {"alpha": Dimension(1.0, 0.0, 1e12, searched=(1e-2, 1e5), log=True)},
    ),
    "elastic-net": Recipe(
        {NUMBER: "sklearn.linear_model:ElasticNet"},
        {
            "alpha": Dimension(1e-5, 0.0, 1e6, searched=(1e-7, 1e-3), log=True),
            "l1_ratio": Dimension(0.5, 0.0, 1.0, searched=(0.05, 0.95)),
        },
        {"max_iter": 10_000},
    ),
    "random-forest": Recipe(
        {CLASS: "sklearn.ensemble:RandomForestClassifier", NUMBER: "sklearn.ensemble:RandomForestRegressor"},
        {"n_estimators": _TREES, "max_depth": Dimension(6, 1, 100, searched=(2, 12)), "min_samples_leaf": _LEAF},
        {"n_jobs": 1, "max_features": "sqrt"},
    ),
    "extra-trees": Recipe(
        {CLASS: "sklearn.ensemble:ExtraTreesClassifier", NUMBER: "sklearn.ensemble:ExtraTreesRegressor"},
        {"n_estimators": _TREES, "max_depth": Dimension(6, 1, 100, searched=(2, 12)), "min_samples_leaf": _LEAF},
        {"n_jobs": 1, "max_features": "sqrt"},
    ),
    "hist-gradient-boosting": Recipe(
        {
            CLASS: "sklearn.ensemble:HistGradientBoostingClassifier",
            NUMBER: "sklearn.ensemble:HistGradientBoostingRegressor",
        },
        {
            "max_iter": _TREES,
            "learning_rate": Dimension(0.05, 1e-6, 1.0, searched=(0.005, 0.3), log=True),
            "max_leaf_nodes": Dimension(15, 2, 10_000, searched=(4, 63), log=True),
            "max_depth": _DEPTH,
            "min_samples_leaf": _LEAF,
            "l2_regularization": Dimension(1.0, 0.0, 1e9, searched=(1e-3, 100.0), log=True),
        },
        {"early_stopping": False},
    ),
}
"""By the name that a person types. No early stopping: it would hold out rows at random, past the purge."""
