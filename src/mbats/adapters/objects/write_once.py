from __future__ import annotations

from abc import ABC, abstractmethod

from mbats.errors.snapshot import ObjectExists


class WriteOnce(ABC):
    """What every store of objects promises of `put`; how bytes are read and written is each store's own."""

    def put(self, key: str, content: bytes) -> None:
        """Store `content` under `key`, whole or not at all; the same content again is no change.

        Raises
        ------
        ObjectExists
            `key` holds something else.
        """
        if not self.exists(key):
            self._write(key, content)
        elif self.get(key) != content:
            raise ObjectExists(key=key)

    @abstractmethod
    def get(self, key: str) -> bytes:
        """Return the content of `key`; raises `ObjectMissing`."""

    @abstractmethod
    def exists(self, key: str) -> bool:
        """Tell whether `key` has content."""

    @abstractmethod
    def _write(self, key: str, content: bytes) -> None:
        """Store what is new, whole or not at all."""
