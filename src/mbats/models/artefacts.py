"""What a version is made of, in the object store, each under the hash of its content."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from mbats.errors.model import ModelArtefactDamaged, ModelArtefactMissing
from mbats.errors.snapshot import ObjectMissing
from mbats.models.version import Fit, Version
from mbats.secmaster.content_address import address, identities, verified, written

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mbats.secmaster.object_store import ObjectStore

_FITS = "models/fits/"
_VERSIONS = "models/versions/"


def keep_fit(store: ObjectStore, content: bytes) -> str:
    """Store what a fit was written as and return its hash."""
    digest = address(content)
    store.put(_FITS + digest, content)
    return digest


def keep_version(store: ObjectStore, manifest: Mapping[str, Any], fits: Sequence[Fit]) -> str:
    """Store a version's manifest, its fits included, and return the version's id: the same training, the same id."""
    content = written({**manifest, "fits": [asdict(fit) for fit in fits]})
    identity = address(content)
    store.put(f"{_VERSIONS}{identity}.json", content)
    return identity


def open_version(store: ObjectStore, identity: str, name: str = "", number: int = 0) -> Version:
    """Return the version of an id; `name` and `number` are the registry's.

    Raises
    ------
    ModelArtefactMissing, ModelArtefactDamaged
    """
    manifest = json.loads(_verified(store, f"{_VERSIONS}{identity}.json", identity))
    fits = tuple(Fit(**described) for described in manifest["fits"])
    return Version(identity, name or manifest["name"], number, fits, manifest)


def known_versions(store: ObjectStore, prefix: str = "") -> list[str]:
    """Return the ids of stored versions that begin with `prefix`, sorted."""
    return identities(store, _VERSIONS, prefix)


def fit_content(store: ObjectStore, fit: Fit) -> bytes:
    """Return what a fit was written as, which `Estimator.load` reads.

    Raises
    ------
    ModelArtefactMissing, ModelArtefactDamaged
    """
    return _verified(store, _FITS + fit.artefact, fit.artefact)


def _verified(store: ObjectStore, key: str, expected: str) -> bytes:
    try:
        return verified(store, key, expected, ModelArtefactDamaged)
    except ObjectMissing:
        raise ModelArtefactMissing(key=key) from None
