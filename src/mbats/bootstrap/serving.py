"""A registered model behind a port, put together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mbats.bootstrap.secret_file import secret
from mbats.models.scoring.loading import read_fit
from mbats.serving.follower import Follower
from mbats.serving.served import Served
from mbats.serving.server import ModelServer

if TYPE_CHECKING:
    from mbats.models.estimators.discovery import Estimators
    from mbats.models.registry import ModelRegistry
    from mbats.models.version import Version
    from mbats.secmaster.object_store import ObjectStore
    from mbats.settings import Settings


@dataclass(frozen=True)
class RegisteredSource:
    """Implements `mbats.serving.served.Source` by the registry, and by the object store for what it names.

    Attributes
    ----------
    reference
        ``name@alias``, which is followed, or ``name/number``.
    """

    reference: str
    registry: ModelRegistry
    store: ObjectStore
    estimators: Estimators

    def newer(self, known: str) -> Served | None:
        """Return the version that the reference means now; None where that is the one with the id `known`."""
        version = self.registry.version(self.reference)
        return None if version.id == known else served(version, self.store, self.estimators)


def served(version: Version, store: ObjectStore, estimators: Estimators) -> Served:
    """Return a version ready to score, its last fit read and its hash checked.

    Raises
    ------
    mbats.errors.base.MbatsError
        What `mbats.models.scoring.loading.read_fit` refuses.
    """
    fitted, manifest = read_fit(store, version, version.fits[-1], estimators), version.manifest
    columns = tuple(manifest["columns"])
    return Served(version.reference, version.id, manifest["kind"], columns, fitted, version.synthetic)


def model_server(reference: str, settings: Settings, *, port: int, every: float) -> tuple[ModelServer, Follower]:
    """Return the server of a registered model, and what follows its alias.

    Raises
    ------
    mbats.errors.model.UnknownModel, UnknownModelVersion, AliasUnset
    mbats.errors.serving.ServingPortTaken
    mbats.errors.settings.SecretFileOpen, SecretFileUnreadable
    """
    from mbats.bootstrap import models, wiring

    source = RegisteredSource(
        reference, models.registry(settings), wiring.object_store(settings), models.estimators(settings)
    )
    follower = Follower(source, every)
    return ModelServer(follower, token=_token(settings), port=port), follower


def _token(settings: Settings) -> str | None:
    file = settings.serving_token_file
    if file is not None:
        return secret(file, "the token of the model service", "MBATS_SERVING_TOKEN_FILE")
    return settings.serving_token
