"""The place of backups: which there are, and which make room for newer ones."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mbats.errors.backup import BackupDamaged, UnknownBackup
from mbats.errors.snapshot import ObjectMissing
from mbats.pipelines.backup.manifest import MANIFEST, Manifest, Part, read
from mbats.secmaster.content_address import address

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mbats.pipelines.backup.manifest import DatabasePart, Kept
    from mbats.pipelines.backup.vault import Vault

TAKEN, POOL = "taken/", "objects/"


@dataclass(frozen=True, slots=True)
class Shelf:
    """Backups in a vault: each a folder of its own with its manifest, and one pool of objects for all of them.

    Attributes
    ----------
    place
        As people are told.
    """

    vault: Vault
    place: str

    def names(self) -> list[str]:
        """Return the backups that are whole, oldest first."""
        return sorted(key.split("/")[1] for key in self.vault.keys(TAKEN) if key.endswith(f"/{MANIFEST}"))

    def manifest(self, name: str = "") -> Manifest:
        """Return what a backup holds; without a name the newest. Raises UnknownBackup, BackupDamaged, BackupTooNew."""
        known = self.names()
        if name not in known and (name or not known):
            raise UnknownBackup(name=name or "newest", place=self.place, known=", ".join(known[-20:]) or "none")
        name = name or known[-1]
        return read(name, self.vault.get(f"{TAKEN}{name}/{MANIFEST}"))

    def finish(self, manifest: Manifest) -> None:
        """Make a backup whole: from now on it is one."""
        self.vault.put(f"{TAKEN}{manifest.name}/{MANIFEST}", manifest.document())

    def part(self, name: str, database: str, number: int, content: bytes) -> Part:
        """Store a piece of a dump."""
        part = Part(f"{TAKEN}{name}/{database}/{number:06}", address(content), len(content))
        self.vault.put(part.key, content)
        return part

    def dump(self, name: str, database: DatabasePart) -> Iterator[bytes]:
        """Yield the pieces of a dump, each as it was stored; raises BackupDamaged."""
        for part in database.parts:
            yield self._read(name, part.key, part.sha256)

    def content(self, name: str, kept: Kept) -> bytes:
        """Return an object as it was stored; raises BackupDamaged."""
        return self._read(name, kept.key, kept.sha256)

    def discard(self, name: str) -> None:
        """Remove a backup, its manifest first, so that half of one is never taken for one."""
        self.vault.remove(f"{TAKEN}{name}/{MANIFEST}")
        for key in self.vault.keys(f"{TAKEN}{name}/"):
            self.vault.remove(key)

    def tidy(self, keep: int) -> list[str]:
        """Remove what was never finished, and all but the newest `keep`; return the names of those."""
        names = self.names()
        gone = names[:-keep]
        begun = {key.split("/")[1] for key in self.vault.keys(TAKEN)}
        for name in [*gone, *sorted(begun - set(names))]:
            self.discard(name)
        if gone:
            self._drain(names[-keep:])
        return gone

    def _drain(self, names: list[str]) -> None:
        """Remove objects of the pool that no backup holds any more."""
        manifests = [self.manifest(name) for name in names]
        held = {one.key for manifest in manifests for kept in manifest.objects.values() for one in kept.values()}
        for key in self.vault.keys(POOL):
            if key not in held:
                self.vault.remove(key)

    def _read(self, name: str, key: str, expected: str) -> bytes:
        content = b""
        with suppress(ObjectMissing):
            content = self.vault.get(key)
        if (found := address(content)) != expected:
            raise BackupDamaged(name=name, what=f"the SHA-256 of {key} is {found}, not {expected}")
        return content
