from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING
from uuid import uuid4

from mbats.adapters.objects.write_once import WriteOnce
from mbats.errors.snapshot import ObjectMissing, ObjectStoreUnreachable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_UNFINISHED = ".unfinished"


class FolderObjectStore(WriteOnce):
    """Write-once objects as files below a folder."""

    def __init__(self, root: Path) -> None:
        self._root = root.expanduser().absolute()

    def _write(self, key: str, content: bytes) -> None:
        path = self._root / key
        unfinished = path.with_name(f"{path.name}.{uuid4().hex}{_UNFINISHED}")
        with self._reached():
            path.parent.mkdir(parents=True, exist_ok=True)
            unfinished.write_bytes(content)
            unfinished.replace(path)  # atomic within one folder: nobody ever sees half an object

    def get(self, key: str) -> bytes:
        """Return the content of `key`; raises `ObjectMissing`."""
        with self._reached():
            try:
                return (self._root / key).read_bytes()
            except (FileNotFoundError, IsADirectoryError):
                raise ObjectMissing(key=key) from None

    def exists(self, key: str) -> bool:
        """Tell whether `key` has content."""
        with self._reached():
            return (self._root / key).is_file()

    def keys(self, prefix: str) -> list[str]:
        """Return all keys that begin with `prefix`, sorted."""
        with self._reached():
            files = [path for path in (self._root / prefix.rpartition("/")[0]).rglob("*") if path.is_file()]
        keys = (path.relative_to(self._root).as_posix() for path in files)
        return sorted(key for key in keys if key.startswith(prefix) and not key.endswith(_UNFINISHED))

    @contextmanager
    def _reached(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise ObjectStoreUnreachable(url=str(self._root), why=str(error)) from None
