from __future__ import annotations

from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mbats.adapters.objects.folder import FolderObjectStore
from mbats.adapters.objects.write_once import WriteOnce
from mbats.errors.snapshot import ObjectMissing, ObjectStoreUnknown, ObjectStoreUnreachable
from mbats.secmaster.object_store import address, has_buckets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mbats.pipelines.backup.vault import Vault
    from mbats.secmaster.object_store import ObjectStore


def open_store(url: str) -> ObjectStore:
    """Return the store in a folder, given as a path or ``file:///path``, or at another URL."""
    return open_vault(url)


def open_vault(url: str) -> Vault:
    """Return the same store to one who may replace and remove what is in it.

    A folder does without fsspec: to import it takes 50 ms.
    """
    path = url.removeprefix("file://")
    return FsspecObjectStore(url) if "://" in path else FolderObjectStore(Path(path))


class FsspecObjectStore(WriteOnce):
    """Write-once objects below one URL: ``s3://bucket/prefix``, whose server writes them whole.

    ``s3://mbats-`` has a bucket for each kind of object (`mbats.secmaster.object_store.has_buckets`).

    S3 takes its credentials, region and address where every S3 client finds them: ``AWS_ACCESS_KEY_ID``,
    ``AWS_SECRET_ACCESS_KEY``, ``AWS_ENDPOINT_URL``, or the profile in ``~/.aws``.

    Raises
    ------
    ObjectStoreUnknown
        Nothing here reaches such a URL: S3 needs the extra ``mbats[s3]``.
    """

    def __init__(self, url: str, **options: Any) -> None:
        from fsspec.core import url_to_fs

        self._url = url
        try:
            self._files, self._root = url_to_fs(url, use_listings_cache=False, **options)
        except (ImportError, ValueError) as error:
            raise ObjectStoreUnknown(url=url, why=error) from None

    def _write(self, key: str, content: bytes) -> None:
        with self._reached():
            self._files.pipe_file(self._path(key), content)

    def get(self, key: str) -> bytes:
        """Return the content of `key`; raises `ObjectMissing`."""
        with self._reached():
            try:
                content: bytes = self._files.cat_file(self._path(key))
            except (FileNotFoundError, IsADirectoryError):
                raise ObjectMissing(key=key) from None
        return content

    def exists(self, key: str) -> bool:
        """Tell whether `key` has content."""
        with self._reached():
            return bool(self._files.isfile(self._path(key)))

    def keys(self, prefix: str) -> list[str]:
        """Return all keys that begin with `prefix`, sorted."""
        return sorted(self._found(prefix))

    def stamps(self, prefix: str) -> dict[str, str]:
        """Return all keys that begin with `prefix`, each with its size and the server's tag of its content."""
        return {key: f"{facts['size']}-{facts['ETag']}" for key, facts in sorted(self._found(prefix).items())}

    def replace(self, key: str, content: bytes) -> None:
        """Store `content` under `key`, whatever was there."""
        self._write(key, content)

    def remove(self, key: str) -> None:
        """Forget `key`."""
        with self._reached(), suppress(FileNotFoundError):
            self._files.rm_file(self._path(key))

    def _found(self, prefix: str) -> dict[str, dict[str, Any]]:
        found = dict[str, dict[str, Any]]()
        with self._reached():
            for place in self._places(prefix.rpartition("/")[0]):
                with suppress(FileNotFoundError):
                    found |= self._files.find(place, detail=True)
        keys = {path[len(self._root) :].lstrip("/"): facts for path, facts in found.items()}
        return {key: facts for key, facts in keys.items() if key.startswith(prefix)}

    def _places(self, folder: str) -> list[str]:
        if folder:
            return [self._path(folder)]
        if not has_buckets(self._root):
            return [self._root]
        return [bucket for bucket in self._files.ls("", detail=False) if bucket.startswith(self._root)]

    def _path(self, key: str) -> str:
        return address(self._root, key)

    @contextmanager
    def _reached(self) -> Iterator[None]:
        from botocore.exceptions import BotoCoreError

        try:
            yield
        except (OSError, BotoCoreError) as error:
            raise ObjectStoreUnreachable(url=self._url, why=str(error) or type(error).__name__) from None
