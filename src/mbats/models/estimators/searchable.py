from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from mbats.models.estimator import Estimator

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbats.models.estimators.dimension import Dimension


class SearchableEstimator(Estimator, Protocol):
    """An estimator that says where its hyper-parameters may lie."""

    @property
    def space(self) -> Mapping[str, Dimension]:
        """Its hyper-parameters, and where a search looks for them."""
        ...

    def with_parameters(self, parameters: Mapping[str, Any]) -> SearchableEstimator:
        """Return the same estimator with some hyper-parameters changed."""
        ...
