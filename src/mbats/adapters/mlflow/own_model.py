from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cloudpickle
import numpy as np
from mlflow.pyfunc.model import PythonModel

if TYPE_CHECKING:
    import pandas as pd


class OwnModel(PythonModel):
    """A fitted estimator of the user's, as MLflow calls it."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def predict(self, context: Any, model_input: pd.DataFrame, params: Any = None) -> Any:  # noqa: ARG002 - its form
        """Return one score a row."""
        return np.asarray(cloudpickle.loads(self._content).score(model_input.to_numpy(dtype=np.float64)))
