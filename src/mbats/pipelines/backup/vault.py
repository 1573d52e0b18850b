"""Where backups lie, and what they are taken of: objects whose content may change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from mbats.secmaster.object_store import ObjectStore

if TYPE_CHECKING:
    from collections.abc import Mapping


class Vault(ObjectStore, Protocol):
    """An object store of which objects may be replaced and removed."""

    def stamps(self, prefix: str) -> Mapping[str, str]:
        """Return all keys that begin with `prefix`, each with a word that differs where its content was replaced."""
        ...

    def replace(self, key: str, content: bytes) -> None:
        """Store `content` under `key`, whole or not at all, whatever was there."""
        ...

    def remove(self, key: str) -> None:
        """Forget `key`; one that is not there is no error."""
        ...
