"""Feature sets from what a person types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mbats.errors.feature import UnknownFeatureParameter
from mbats.features.feature_set import FeatureSet
from mbats.features.library import find
from mbats.features.sets import SETS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from mbats.features.definition import Definition
    from mbats.features.feature import Feature


def feature_set(texts: Iterable[str], folder: Path) -> FeatureSet:
    """Return the features that `texts` name, in that order, each once.

    Parameters
    ----------
    texts
        Features with their parameters (``log_return``, ``log_return:5``, ``stochastic_k:period=20,smooth=3``), or sets
        by name (``default``).
    folder
        Where the user's own features are; it need not exist.

    Raises
    ------
    UnknownFeature, UnknownFeatureParameter, InvalidFeatureParameter, FeatureFileBroken, ...
    """
    single = [text for given in texts for text in SETS.get(given, (given,))]
    features = [feature_from(text, folder) for text in single]
    return FeatureSet({feature.column: feature for feature in features}.values())


def feature_from(text: str, folder: Path) -> Feature:
    """Return one feature by its text, as `feature_set` does."""
    name, _, parameters = text.partition(":")
    definition = find(name, folder)
    return definition(**_parameters(definition, parameters))


def _parameters(definition: Definition, text: str) -> dict[str, Any]:
    names = list(definition.defaults)
    parameters = {}
    for position, item in enumerate(filter(None, text.split(","))):
        name, equals, value = item.rpartition("=")
        if not equals and position >= len(names):
            known = ", ".join(names) or "none"
            raise UnknownFeatureParameter(
                feature=definition.name, parameter=item, known=known, example=definition.example
            )
        parameters[name.strip() if equals else names[position]] = value.strip()
    return parameters
