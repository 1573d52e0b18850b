"""Take a backup: databases first, then objects, so that all that a row speaks of is there."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mbats.errors import MbatsError
from mbats.errors.snapshot import ObjectMissing
from mbats.pipelines.backup.manifest import DatabasePart, Kept, Manifest
from mbats.pipelines.backup.shelf import POOL
from mbats.secmaster.content_address import address

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from mbats.clock import Clock
    from mbats.pipelines.backup.databases import Databases
    from mbats.pipelines.backup.shelf import Shelf
    from mbats.pipelines.backup.vault import Vault

PIECE = 32 * 2**20
"""Bytes of a dump that are held in memory and stored together."""


@dataclass(frozen=True, slots=True)
class Source:
    """Objects that belong to the stack: those of a store whose keys have one of some beginnings."""

    store: Vault
    prefixes: tuple[str, ...] = ("",)

    def stamps(self) -> dict[str, str]:
        """Return all keys with their stamps."""
        return {key: stamp for prefix in self.prefixes for key, stamp in self.store.stamps(prefix).items()}


@dataclass(frozen=True, slots=True)
class Stack:
    """All that a backup is taken of."""

    databases: Databases
    sources: Mapping[str, Source]


def back_up(
    stack: Stack, shelf: Shelf, clock: Clock, versions: tuple[str, str], told: Callable[[str], None]
) -> Manifest:
    """Take a backup; one that cannot be finished leaves nothing behind but objects that the next one need not store.

    Parameters
    ----------
    versions
        Of MBATS and of PostgreSQL.
    told
        Hears what is being done, a line at a time.

    Raises
    ------
    mbats.errors.backup.DumpFailed, mbats.errors.snapshot.ObjectStoreUnreachable
    """
    name = f"{clock.now():%Y%m%dT%H%M%SZ}"
    try:
        databases = {}
        for database in stack.databases.names():
            told(f"database {database}")
            databases[database] = _dumped(stack.databases, shelf, name, database)
        objects = _objects(stack.sources, shelf, told)
        manifest = Manifest(name, *versions, databases, objects)
        shelf.finish(manifest)
    except BaseException:
        with suppress(MbatsError):
            shelf.discard(name)
        raise
    return manifest


def _dumped(databases: Databases, shelf: Shelf, name: str, database: str) -> DatabasePart:
    with databases.dump(database) as dump:
        parts = tuple(shelf.part(name, database, number, piece) for number, piece in enumerate(_pieces(dump.chunks)))
        return DatabasePart(dump.owner, parts, dict(dump.tables))


def _pieces(chunks: Iterable[bytes]) -> Iterator[bytes]:
    held = bytearray()
    for chunk in chunks:
        held += chunk
        while len(held) >= PIECE:
            yield bytes(held[:PIECE])
            del held[:PIECE]
    yield bytes(held)


def _objects(sources: Mapping[str, Source], shelf: Shelf, told: Callable[[str], None]) -> dict[str, dict[str, Kept]]:
    names = shelf.names()
    before = shelf.manifest(names[-1]).objects if names else {}
    pooled = set(shelf.vault.keys(POOL))
    found = {}
    for source, of in sources.items():
        stamps = of.stamps()
        told(f"{len(stamps)} {source}")
        found[source] = _pool(of.store, stamps, before.get(source, {}), shelf, pooled)
    return found


def _pool(
    store: Vault, stamps: Mapping[str, str], before: Mapping[str, Kept], shelf: Shelf, pooled: set[str]
) -> dict[str, Kept]:
    """Put into the pool what is not there yet; what bears the stamp that it bore before is not read again."""
    found = {}
    for key, stamp in stamps.items():
        known = before.get(key)
        if known and known.stamp == stamp and known.key in pooled:
            found[key] = known
            continue
        try:
            content = store.get(key)
        except ObjectMissing:
            continue  # removed since it was listed
        found[key] = kept = Kept(address(content), len(content), stamp)
        if kept.key not in pooled:
            shelf.vault.put(kept.key, content)
            pooled.add(kept.key)
    return found
