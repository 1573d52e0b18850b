from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING
from uuid import uuid4

from mbats.adapters.objects.write_once import WriteOnce
from mbats.errors.disk import no_room
from mbats.errors.snapshot import ObjectMissing, ObjectStoreFull, ObjectStoreUnreachable

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
            try:
                unfinished.write_bytes(content)
                unfinished.replace(path)  # atomic within one folder: nobody ever sees half an object
            except OSError:
                unfinished.unlink(missing_ok=True)
                raise

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

    def stamps(self, prefix: str) -> dict[str, str]:
        """Return all keys that begin with `prefix`, each with its size and the time of its last change."""
        with self._reached():
            states = {key: (self._root / key).stat() for key in self.keys(prefix)}
        return {key: f"{state.st_size}-{state.st_mtime_ns}" for key, state in states.items()}

    def replace(self, key: str, content: bytes) -> None:
        """Store `content` under `key`, whatever was there."""
        self._write(key, content)

    def remove(self, key: str) -> None:
        """Forget `key`, and the folders that are empty without it."""
        path = self._root / key
        with self._reached():
            path.unlink(missing_ok=True)
            for folder in path.parents:
                if folder == self._root or not folder.is_dir() or any(folder.iterdir()):
                    break
                folder.rmdir()

    @contextmanager
    def _reached(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            kind = ObjectStoreFull if no_room(error) else ObjectStoreUnreachable
            raise kind(url=str(self._root), why=str(error)) from None
