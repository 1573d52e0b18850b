"""Objects under the hash of their content: nothing in them can change without its name changing."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from mbats.errors.snapshot import ObjectDamaged

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbats.errors.base import MbatsError
    from mbats.secmaster.object_store import ObjectStore


def address(content: bytes) -> str:
    """Return the SHA-256 of some content."""
    return sha256(content).hexdigest()


def written(manifest: Mapping[str, Any]) -> bytes:
    """Return the one text that stands for a manifest: the same facts give the same bytes."""
    return json.dumps(manifest, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def verified(store: ObjectStore, key: str, expected: str, damaged: type[MbatsError] = ObjectDamaged) -> bytes:
    """Return the content of a key whose address is `expected`.

    Raises
    ------
    mbats.errors.snapshot.ObjectMissing
    MbatsError
        `damaged`, with `key`, `found` and `expected`: it is not what was stored.
    """
    content = store.get(key)
    if (found := address(content)) != expected:
        raise damaged(key=key, found=found, expected=expected)
    return content


def identities(store: ObjectStore, folder: str, prefix: str) -> list[str]:
    """Return the addresses of the manifests in a folder (``snapshots/``) that begin with `prefix`, sorted."""
    return [key[len(folder) :].removesuffix(".json") for key in store.keys(folder + prefix)]
