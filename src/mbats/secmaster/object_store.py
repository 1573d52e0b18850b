from typing import Protocol


class ObjectStore(Protocol):
    """Write-once blobs by key: a local folder or any S3 server."""

    def put(self, key: str, content: bytes) -> None:
        """Store `content` under `key`, whole or not at all; the same content again is no change."""
        ...

    def get(self, key: str) -> bytes:
        """Return the content of `key`; raises `mbats.errors.snapshot.ObjectMissing`."""
        ...

    def exists(self, key: str) -> bool:
        """Tell whether `key` has content."""
        ...

    def keys(self, prefix: str) -> list[str]:
        """Return all keys that begin with `prefix`, sorted."""
        ...
