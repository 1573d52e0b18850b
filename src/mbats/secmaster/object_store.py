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


def has_buckets(store: str) -> bool:
    """Tell whether a store has a bucket for each kind of object, as ``s3://mbats-`` has: no bucket's name ends so.

    The kind is a key's first part. All other stores are one folder or one ``s3://bucket/prefix``.
    """
    return store.endswith("-")


def address(store: str, key: str) -> str:
    """Return where in a store an object is."""
    return store + key if has_buckets(store) else f"{store.rstrip('/')}/{key}"
