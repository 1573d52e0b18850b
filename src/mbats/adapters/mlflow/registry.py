from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, TypeAlias

from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import RESOURCE_DOES_NOT_EXIST, ErrorCode

from mbats.adapters.mlflow.faults import in_our_words
from mbats.errors.model import AliasMoved, AliasUnset, UnknownModel, UnknownModelVersion
from mbats.models.artefacts import open_version
from mbats.models.registry import Alias, names_a_model, refuse_unfit_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlflow.entities.model_registry import ModelVersion, RegisteredModel

    from mbats.adapters.mlflow.backing import Backing
    from mbats.models.version import Version
    from mbats.pipelines.training.tracking import NewModel
    from mbats.secmaster.object_store import ObjectStore

Lock: TypeAlias = Callable[[str], AbstractContextManager[None]]

_VERSION = "mbats.version"
_MANY = 1_000


class MlflowRegistry:
    """MLflow's registry of models; implements `mbats.models.registry.ModelRegistry`.

    MLflow is the truth for numbers and aliases. What a version is lies in the object store under the id that the
    version is tagged with; versions without that tag are somebody else's and are not seen.

    Parameters
    ----------
    lock
        Of a model's name: held while numbers are given and aliases move.
    """

    def __init__(self, backing: Backing, store: ObjectStore, lock: Lock) -> None:
        self._backing, self._store, self._lock = backing, store, lock
        self._client = backing.client()

    def names(self) -> Sequence[str]:
        """Return the names of all models, sorted."""
        with self._words():
            return sorted(model.name for model in self._client.search_registered_models(max_results=_MANY))

    def versions(self, name: str) -> Sequence[Version]:
        """Return all versions of a model, oldest first; empty where there is none."""
        return [self._opened(found) for found in self._known(name)]

    def version(self, reference: str) -> Version:
        """Return a version by ``name/number``, ``name@alias`` or ``name`` (its champion, else its newest)."""
        name, number, alias = _taken_apart(reference)
        known = self._known(name)
        if not known:
            raise self._unknown(name)
        wanted = number if number is not None else self._pointed_to(name, alias, known)
        return self._opened(_numbered(known, name, wanted))

    def aliases(self, name: str) -> Mapping[str, int]:
        """Return the aliases of a model and the version numbers they point to."""
        model = self._model(name)
        if model is None:
            raise self._unknown(name)
        return {alias: int(number) for alias, number in model.aliases.items()}

    def move(self, name: str, alias: Alias, to: int | None, *, expected: int | None) -> None:
        """Point an alias to a version, or to none, if it still points where it is `expected` to."""
        with self._lock(f"model {name}"):
            found = self.aliases(name).get(alias)
            if found != expected:
                raise AliasMoved(alias=alias, name=name, found=found or "unset", expected=expected or "unset")
            if to is not None:
                _numbered(self._known(name), name, to)
            self._point(name, alias, to)

    def register(self, model: NewModel, source: str, run: str) -> Version:
        """Give a version a number; one that is there already keeps its own.

        Parameters
        ----------
        source, run
            URL of the native model and the run that it belongs to; all of it is there.
        """
        name = model.version.name
        with self._lock(f"model {name}"):
            version = self._registered(name, model.version.id, source, run, model.description)
            if model.challenger:
                self._point(name, Alias.CHALLENGER, version.number)
        return version

    def adopt(self, name: str, version: Version) -> Version:
        """Register a version that exists under the model `name`, too, and return it as that model's."""
        with self._words():
            found = self._client.get_model_version(version.name, str(version.number))
        with self._lock(f"model {name}"):
            return self._registered(name, version.id, str(found.source), str(found.run_id), found.description or "")

    def _registered(self, name: str, identity: str, source: str, run: str, description: str) -> Version:
        refuse_unfit_name(name)
        number = next((it.version for it in self._known(name) if it.tags[_VERSION] == identity), None)
        with self._words():
            if number is None:
                self._name(name)
                tags = {_VERSION: identity}
                number = self._client.create_model_version(name, source, run, tags, description=description).version
        return open_version(self._store, identity, name, int(number))

    def _name(self, name: str) -> None:
        """Make the model where there is none; the lock keeps others from making it meanwhile."""
        if self._model(name) is None:
            self._client.create_registered_model(name)

    def _point(self, name: str, alias: Alias, to: int | None) -> None:
        with self._words():
            if to is None:
                self._client.delete_registered_model_alias(name, str(alias))
            else:
                self._client.set_registered_model_alias(name, str(alias), str(to))

    def _pointed_to(self, name: str, alias: str, known: Sequence[ModelVersion]) -> int:
        aliases = self.aliases(name)
        if not alias:
            return aliases.get(Alias.CHAMPION, int(known[-1].version))
        if alias not in aliases:
            raise AliasUnset(name=name, alias=alias)
        return aliases[alias]

    def _known(self, name: str) -> list[ModelVersion]:
        """Return our versions of a model in order of their numbers."""
        if not names_a_model(name):
            return []
        with self._words():
            found = self._client.search_model_versions(f"name='{name}'", max_results=_MANY)
        ours = [it for it in found if _VERSION in it.tags and it.status == "READY"]
        return sorted(ours, key=lambda it: int(it.version))

    def _model(self, name: str) -> RegisteredModel | None:
        if not names_a_model(name):
            return None
        with self._words():
            try:
                return self._client.get_registered_model(name)
            except MlflowException as error:
                if error.error_code == ErrorCode.Name(RESOURCE_DOES_NOT_EXIST):
                    return None
                raise

    def _unknown(self, name: str) -> UnknownModel:
        return UnknownModel(name=name, known=", ".join(self.names()) or "none")

    def _opened(self, found: ModelVersion) -> Version:
        return open_version(self._store, found.tags[_VERSION], found.name, int(found.version))

    def _words(self) -> AbstractContextManager[None]:
        return in_our_words(self._backing.shown)


def _numbered(known: Sequence[ModelVersion], name: str, number: int) -> ModelVersion:
    """Return the version of this number; raises UnknownModelVersion."""
    for found in known:
        if int(found.version) == number:
            return found
    raise UnknownModelVersion(name=name, number=number, known=", ".join(str(it.version) for it in known))


def _taken_apart(reference: str) -> tuple[str, int | None, str]:
    """Return name, number and alias of a reference."""
    name, at, alias = reference.partition("@")
    if at:
        return name, None, alias
    name, slash, number = reference.partition("/")
    return name, int(number) if slash and number.isdecimal() else (0 if slash else None), ""
