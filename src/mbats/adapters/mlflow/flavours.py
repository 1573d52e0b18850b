"""A fit in the form that MLflow's own tools load and serve."""

from __future__ import annotations

import sys
from importlib.metadata import version
from typing import TYPE_CHECKING, Any
from warnings import catch_warnings

import pandas as pd
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, DataType, Schema, TensorSpec

if TYPE_CHECKING:
    from pathlib import Path

    from mbats.pipelines.training.tracking import NewModel

_TRUSTED = (
    "numpy.dtype",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "sklearn.tree._tree.Tree",
)


def save(model: NewModel, folder: Path) -> None:
    """Write the last fit of a version as a native MLflow model, with signature and input example.

    LightGBM's and scikit-learn's load without running foreign code; the user's own is a pickle.
    """
    {"lightgbm-text": _lightgbm, "skops": _sklearn}.get(model.format, _own)(model, folder)


def _lightgbm(model: NewModel, folder: Path) -> None:
    import lightgbm
    import mlflow.lightgbm

    booster = lightgbm.Booster(model_str=model.content.decode())
    mlflow.lightgbm.save_model(booster, str(folder), **_facts(model, "lightgbm"))


def _sklearn(model: NewModel, folder: Path) -> None:
    import mlflow.sklearn
    import skops.io

    pipeline = skops.io.loads(model.content, trusted=list(_TRUSTED))
    mlflow.sklearn.save_model(
        pipeline,
        str(folder),
        serialization_format="skops",
        skops_trusted_types=list(_TRUSTED),
        pyfunc_predict_fn="predict_proba" if model.kind == "class" else "predict",
        **_facts(model, "scikit-learn", "skops"),
    )


def _own(model: NewModel, folder: Path) -> None:
    import mlflow.pyfunc

    with catch_warnings(record=True):  # MLflow asks for type hints where the class is made, past every filter
        from mbats.adapters.mlflow.own_model import OwnModel

    mlflow.pyfunc.save_model(str(folder), python_model=OwnModel(model.content), **_facts(model, "cloudpickle"))


def _facts(model: NewModel, *packages: str) -> dict[str, Any]:
    columns: list[ColSpec | TensorSpec] = [ColSpec(DataType.double, it, required=False) for it in model.columns]
    return {
        "signature": ModelSignature(Schema(columns), Schema([ColSpec(DataType.double)])),
        "input_example": pd.DataFrame(model.example, columns=list(model.columns)),
        "pip_requirements": [f"{name}=={version(name)}" for name in ("mlflow", "numpy", "pandas", *packages)],
        "metadata": {"mbats.version": model.version.id, "python": sys.version.split()[0]},
    }
