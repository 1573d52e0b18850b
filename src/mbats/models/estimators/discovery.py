"""Find estimators by name: scikit-learn's, those that adapters bring, the user's own."""

from __future__ import annotations

import difflib
import inspect
import re
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mbats.errors.training import EstimatorFileBroken, EstimatorOfOtherKind, UnknownEstimator
from mbats.models.estimators.own import OwnEstimator, kinds_of
from mbats.models.estimators.recipe import RECIPES
from mbats.models.estimators.scikit import ScikitEstimator
from mbats.source import load_own_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from mbats.models.estimators.codec import Codec
    from mbats.models.estimators.searchable import SearchableEstimator

GROUP, PACKAGE = "mbats.estimators", "mbats_estimators"
_KINDS = {"class": "classes", "number": "numbers"}


@dataclass(frozen=True, slots=True)
class Estimators:
    """Every way to learn that there is.

    Attributes
    ----------
    scikit, own
        How fitted estimators of scikit-learn, and the user's own, are written.
    folder
        Of the user's own, one class a file or several; it need not exist.
    brought
        Those of adapters, by name, made for a kind of label.
    """

    scikit: Codec
    own: Codec
    folder: Path
    brought: Mapping[str, Callable[[str], SearchableEstimator]] = field(default_factory=dict)

    def find(self, name: str, parameters: Mapping[str, Any], kind: str) -> SearchableEstimator:
        """Return the estimator `name` for labels of a kind, with some of its hyper-parameters set.

        Raises
        ------
        UnknownEstimator, EstimatorOfOtherKind, UnknownHyperparameter, HyperparameterInvalid, EstimatorFileBroken
        """
        return self._usual(name, kind).with_parameters(parameters)

    def names(self, kind: str) -> list[str]:
        """Return the names of all that learn labels of this kind."""
        recipes = [name for name, recipe in RECIPES.items() if kind in recipe.classes]
        return sorted({*self.brought, *recipes, *(name for name, cls in self._own() if kind in kinds_of(cls))})

    def _usual(self, name: str, kind: str) -> SearchableEstimator:
        if name in self.brought:
            return self.brought[name](kind)
        if name in RECIPES:
            self._refuse_other_kind(name, kind, tuple(RECIPES[name].classes))
            return ScikitEstimator(name, kind, self.scikit)
        for known, cls in self._own():
            if known == name:
                self._refuse_other_kind(name, kind, kinds_of(cls))
                return OwnEstimator(name, kind, cls, self.own)
        known_names = self.names(kind)
        close = difflib.get_close_matches(name, known_names, n=1)
        near = f"Did you mean {close[0]}? " if close else ""
        raise UnknownEstimator(name=name, near=near, known=", ".join(known_names), folder=self.folder)

    def _refuse_other_kind(self, name: str, kind: str, kinds: tuple[str, ...]) -> None:
        if kind not in kinds:
            learns = " and ".join(_KINDS[known] for known in kinds)
            others = ", ".join(self.names(kind))
            raise EstimatorOfOtherKind(name=name, kind=learns, asked=f"one of {_KINDS[kind]}", known=others)

    def _own(self) -> Iterator[tuple[str, type[Any]]]:
        for path in sorted(self.folder.glob("[!_.]*.py")):
            module = load_own_file(path, PACKAGE, EstimatorFileBroken)
            for cls in vars(module).values():
                if inspect.isclass(cls) and cls.__module__ == module.__name__ and _learns(cls):
                    yield _kebab(cls.__name__), cls
        for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
            try:
                yield entry.name, entry.load()
            except (ImportError, AttributeError) as cause:
                raise EstimatorFileBroken(file=entry.value, line=1, cause=cause) from cause


def _learns(cls: type[Any]) -> bool:
    return not cls.__name__.startswith("_") and callable(getattr(cls, "fit", None)) and hasattr(cls, "score")


def _kebab(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", name).replace("_", "-").lower()
