from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from mbats.errors.model import ModelNameUnfit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mbats.models.version import Version

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def names_a_model(name: str) -> bool:
    """Tell whether a model may be called so."""
    return _NAME.fullmatch(name) is not None


def refuse_unfit_name(name: str) -> None:
    """Refuse what no model may be called; raises `ModelNameUnfit`."""
    if not names_a_model(name):
        raise ModelNameUnfit(name=name)


class Alias(StrEnum):
    """What a version is good for."""

    CHALLENGER = "challenger"
    CHAMPION = "champion"
    """Backtest, paper and serving."""
    LIVE = "live"
    """Real money: set by a person's command alone."""


class ModelRegistry(Protocol):
    """Registered versions of models, and the aliases that point to them."""

    def names(self) -> Sequence[str]:
        """Return the names of all models, sorted."""
        ...

    def versions(self, name: str) -> Sequence[Version]:
        """Return all versions of a model, oldest first; empty where there is none."""
        ...

    def version(self, reference: str) -> Version:
        """Return a version by ``name/number``, ``name@alias`` or ``name`` (its champion, else its newest).

        Raises
        ------
        mbats.errors.model.UnknownModel, UnknownModelVersion, AliasUnset
        """
        ...

    def aliases(self, name: str) -> Mapping[str, int]:
        """Return the aliases of a model and the version numbers they point to."""
        ...

    def move(self, name: str, alias: Alias, to: int | None, *, expected: int | None) -> None:
        """Point an alias to a version, or to none, if it still points where it is `expected` to.

        Raises
        ------
        mbats.errors.model.AliasMoved
            Somebody else moved it meanwhile.
        """
        ...

    def adopt(self, name: str, version: Version) -> Version:
        """Register a version that exists under the model `name`, too, and return it as that model's.

        It keeps its id; what is there already under that name keeps its number.
        """
        ...
