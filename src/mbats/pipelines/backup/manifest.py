"""What a backup holds; it is written last, so a backup without one is none."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from mbats.errors.backup import BackupDamaged, BackupTooNew
from mbats.pipelines.backup.databases import Content

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT = 1
MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Part:
    """An object of the vault: its key and its SHA-256."""

    key: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class DatabasePart:
    """A database: its dump, cut into parts, and what its tables held."""

    owner: str
    parts: tuple[Part, ...]
    tables: Mapping[str, Content]


@dataclass(frozen=True, slots=True)
class Kept:
    """An object of the stack: its content's SHA-256 and size, and its stamp, which spares the next backup a look."""

    sha256: str
    size: int
    stamp: str

    @property
    def key(self) -> str:
        """Where its content lies in the vault: once, however many backups hold it."""
        return f"objects/{self.sha256[:2]}/{self.sha256}"


@dataclass(frozen=True, slots=True)
class Manifest:
    """A whole backup.

    Attributes
    ----------
    name
        The moment it was begun, UTC: ``20261123T021500Z``.
    version, server
        Of MBATS and of PostgreSQL.
    objects
        By the name of their source (``objects``, ``files``) and their key there.
    """

    name: str
    version: str
    server: str
    databases: Mapping[str, DatabasePart]
    objects: Mapping[str, Mapping[str, Kept]]

    @property
    def size(self) -> int:
        """Bytes of all that it takes to restore it."""
        dumps = sum(part.size for database in self.databases.values() for part in database.parts)
        return dumps + sum({one.sha256: one.size for kept in self.objects.values() for one in kept.values()}.values())

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(table.rows for database in self.databases.values() for table in database.tables.values())

    def document(self) -> bytes:
        """Return it as JSON."""
        return json.dumps({"format": FORMAT, **asdict(self)}, indent=1, sort_keys=True).encode()


def read(name: str, document: bytes) -> Manifest:
    """Return the manifest that was written; raises BackupDamaged, BackupTooNew."""
    try:
        raw = json.loads(document)
        if raw["format"] > FORMAT:
            raise BackupTooNew(name=name, found=raw["format"], known=FORMAT)
        return _manifest(raw)
    except (ValueError, KeyError, TypeError) as cause:
        raise BackupDamaged(name=name, what=f"its manifest cannot be read ({cause!r})") from cause


def _manifest(raw: Mapping[str, Any]) -> Manifest:
    databases = {
        name: DatabasePart(
            one["owner"],
            tuple(Part(**part) for part in one["parts"]),
            {table: Content(**content) for table, content in one["tables"].items()},
        )
        for name, one in raw["databases"].items()
    }
    objects = {source: {key: Kept(**one) for key, one in kept.items()} for source, kept in raw["objects"].items()}
    return Manifest(raw["name"], raw["version"], raw["server"], databases, objects)
