from __future__ import annotations

import ast
import hashlib
import inspect
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mbats.errors.training import EstimatorScoresWrong
from mbats.models.estimators.dimension import Dimension, configured
from mbats.models.estimators.guard import named_failures, two_classes
from mbats.models.estimators.recipe import CLASS, NUMBER
from mbats.source import imported_from_beside

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mbats.market.columns import FloatColumn
    from mbats.models.estimators.codec import Codec


@dataclass(frozen=True, slots=True)
class OwnEstimator:
    """A class of the user's; implements `mbats.models.estimator.Estimator`.

    It is made with its hyper-parameters (the arguments of `__init__`, each with its usual value), learns by
    ``fit(features, label, weight, columns, seed)`` and scores by ``score(features)``. It may say with ``kinds`` which
    labels it learns, with ``search`` where to look for hyper-parameters (``{"alpha": (0.1, 10.0)}``), and with
    ``importance()`` what it made of each column.
    """

    name: str
    kind: str
    cls: type[Any]
    codec: Codec
    parameters: Mapping[str, Any] = field(default_factory=dict)

    @property
    def space(self) -> Mapping[str, Dimension]:
        """Its hyper-parameters, and where a search looks for them."""
        return space_of(self.cls)

    @property
    def code(self) -> str:
        """SHA-256 of the file that it stands in, and of those beside it that this imports."""
        file = inspect.getsourcefile(self.cls)
        if file is None:
            return hashlib.sha256(inspect.getsource(self.cls).encode()).hexdigest()
        return hashlib.sha256(b"\0".join(sorted(_sources(Path(file))))).hexdigest()

    def with_parameters(self, parameters: Mapping[str, Any]) -> OwnEstimator:
        """Return the same estimator with some hyper-parameters changed."""
        return replace(self, parameters=configured(self.name, self.space, {**self.parameters, **parameters}))

    def fit(
        self, features: NDArray[Any], label: FloatColumn, weight: FloatColumn, columns: Sequence[str], seed: int
    ) -> OwnFitted:
        """Learn from rows of shape (n, k)."""
        if self.kind == CLASS:
            two_classes(self.name, label)
        with named_failures(self.name, f"learn from {len(label):,} rows"):
            model = self.cls(**self.parameters)
            model.fit(features, label, weight, tuple(columns), seed)
        return OwnFitted(self.name, model, self.codec)

    def load(self, content: bytes, columns: Sequence[str]) -> OwnFitted:  # noqa: ARG002 - the port's form
        """Read what `OwnFitted.dump` wrote; the caller has checked its hash, for this runs code."""
        with named_failures(self.name, "be loaded"):
            return OwnFitted(self.name, self.codec.load(content), self.codec)


@dataclass(frozen=True, slots=True)
class OwnFitted:
    """A fitted estimator of the user's."""

    name: str
    model: Any
    codec: Codec

    @property
    def format(self) -> str:
        """How `dump` writes."""
        return self.codec.format

    def score(self, features: NDArray[Any]) -> FloatColumn:
        """Return one number a row; shape (n,).

        Raises
        ------
        EstimatorFailed, EstimatorScoresWrong
        """
        with named_failures(self.name, f"score {len(features):,} rows"):
            found = np.asarray(self.model.score(features), dtype=np.float64)
        if found.shape != (len(features),):
            raise EstimatorScoresWrong(estimator=self.name, shape=found.shape, rows=len(features))
        return found

    def importance(self) -> Mapping[str, float]:
        """Return what the estimator says of each column, if it says anything."""
        if not hasattr(self.model, "importance"):
            return {}
        with named_failures(self.name, "tell what matters to it"):
            return {str(column): float(size) for column, size in self.model.importance().items()}

    def dump(self) -> bytes:
        """Return it as bytes that `OwnEstimator.load` reads."""
        with named_failures(self.name, "be written down"):
            return self.codec.dump(self.model)


def kinds_of(cls: type[Any]) -> tuple[str, ...]:
    """Return which labels an estimator class learns."""
    return tuple(getattr(cls, "kinds", (CLASS, NUMBER)))


def space_of(cls: type[Any]) -> dict[str, Dimension]:
    """Return the arguments of a class's `__init__`, the usual value of each, and where `search` says to look."""
    searched = getattr(cls, "search", {})
    arguments = inspect.signature(cls).parameters.values()
    return {
        argument.name: Dimension(argument.default, low=float("-inf"), searched=searched.get(argument.name))
        for argument in arguments
        if argument.default is not argument.empty
    }


def _sources(file: Path) -> set[bytes]:
    """Return what stands in a file and in those beside it that it imports, by whatever way."""
    texts: dict[Path, bytes] = {}
    pending = [file]
    while pending:
        path = pending.pop()
        if path not in texts:
            texts[path] = path.read_bytes()
            pending += imported_from_beside(ast.parse(texts[path]), path.parent)
    return set(texts.values())
