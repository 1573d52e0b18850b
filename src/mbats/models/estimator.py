from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from mbats.market.columns import FloatColumn


class Fitted(Protocol):
    """A fitted estimator: scores rows, and can be written down."""

    @property
    def format(self) -> str:
        """How `dump` writes: ``lightgbm-text``, ``skops``, ``cloudpickle``."""
        ...

    def score(self, features: NDArray[Any]) -> FloatColumn:
        """Return one score a row: the probability of the upper class, or the expected number; shape (n,)."""
        ...

    def importance(self) -> Mapping[str, float]:
        """Return how much each feature matters to it, by column; empty where the estimator does not say."""
        ...

    def dump(self) -> bytes:
        """Return it as bytes that `Estimator.load` reads."""
        ...


class Estimator(Protocol):
    """A way to learn, by name, with its hyper-parameters."""

    @property
    def name(self) -> str:
        """Name that a person types: ``lightgbm``, ``logistic``, ``ridge``, ..."""
        ...

    @property
    def parameters(self) -> Mapping[str, Any]:
        """Hyper-parameters, as JSON takes them."""
        ...

    @property
    def code(self) -> str:
        """SHA-256 of what makes it: own sources for own estimators, library and version for a library's."""
        ...

    def with_parameters(self, parameters: Mapping[str, Any]) -> Estimator:
        """Return the same estimator with some hyper-parameters changed."""
        ...

    def fit(
        self, features: NDArray[Any], label: FloatColumn, weight: FloatColumn, columns: Sequence[str], seed: int
    ) -> Fitted:
        """Learn from rows of shape (n, k); all that it fits (scaling, imputation) it fits on these rows alone."""
        ...

    def load(self, content: bytes, columns: Sequence[str]) -> Fitted:
        """Read what `Fitted.dump` wrote; the caller has checked its hash."""
        ...
