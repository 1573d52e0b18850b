"""Bring a backup back: everything is made and compared beside what is there, then takes its place at once."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from mbats.errors import MbatsError
from mbats.errors.backup import RestoreDiffers, StackHasContent, StackInUse
from mbats.secmaster.content_address import address

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mbats.pipelines.backup.backing_up import Source, Stack
    from mbats.pipelines.backup.databases import Content
    from mbats.pipelines.backup.manifest import Kept, Manifest
    from mbats.pipelines.backup.shelf import Shelf

_NAMED = 5


def restore(stack: Stack, shelf: Shelf, manifest: Manifest, *, over: bool, told: Callable[[str], None]) -> None:
    """Put a backup in the place of what the stack holds.

    Objects that the backup does not know stay: nothing refers to them. Whatever fails, the databases are as before.

    Raises
    ------
    StackInUse
        Somebody is connected to the databases.
    StackHasContent
        There is something to lose, and nobody said that it may go (`over`).
    mbats.errors.backup.BackupDamaged, RestoreDiffers, mbats.errors.backup.DumpFailed
    """
    _refuse_use(stack)
    if not over:
        _refuse_loss(stack, manifest)
    told(f"comparing {manifest.size:,} bytes with their SHA-256")
    _verify(shelf, manifest)
    try:
        _restore_beside(stack, shelf, manifest, told)
        told("objects")
        present = {name: _bring_missing(source, manifest, name, shelf) for name, source in stack.sources.items()}
        _refuse_use(stack)
        stack.databases.swap(list(manifest.databases))
    except BaseException:
        with suppress(MbatsError):
            stack.databases.discard(list(manifest.databases))
        raise
    for name, keys in present.items():
        _bring_changed(stack.sources[name], keys, manifest, name, shelf)


def _restore_beside(stack: Stack, shelf: Shelf, manifest: Manifest, told: Callable[[str], None]) -> None:
    for name, database in manifest.databases.items():
        told(f"database {name}")
        found = stack.databases.restore_beside(name, database.owner, shelf.dump(manifest.name, database))
        _compare(name, database.tables, found)
    stack.databases.bring_up_to_date(list(manifest.databases))


def _refuse_use(stack: Stack) -> None:
    if users := stack.databases.users():
        raise StackInUse(who=", ".join(f"{role} ({count})" for role, count in users.items()))


def _refuse_loss(stack: Stack, manifest: Manifest) -> None:
    if holdings := stack.databases.holdings():
        content = ", ".join(f"{count:,} {what}" for what, count in holdings.items())
        instead = f"{manifest.rows:,} rows in {len(manifest.databases)} databases"
        raise StackHasContent(content=content, taken=manifest.name, instead=instead)


def _verify(shelf: Shelf, manifest: Manifest) -> None:
    for database in manifest.databases.values():
        for _ in shelf.dump(manifest.name, database):
            pass
    for kept in {one.sha256: one for source in manifest.objects.values() for one in source.values()}.values():
        shelf.content(manifest.name, kept)


def _compare(database: str, expected: Mapping[str, Content], found: Mapping[str, Content]) -> None:
    differing = sorted(name for name in {*expected, *found} if expected.get(name) != found.get(name))
    if differing:
        more = f" and {len(differing) - _NAMED} more" if len(differing) > _NAMED else ""
        raise RestoreDiffers(database=database, tables=", ".join(differing[:_NAMED]) + more)


def _bring_missing(source: Source, manifest: Manifest, name: str, shelf: Shelf) -> list[str]:
    """Store what the source lacks, which disturbs nobody; return the keys that it has."""
    there, present = source.stamps(), []
    for key, kept in _kept(manifest, name).items():
        if key in there:
            present.append(key)
        else:
            source.store.put(key, shelf.content(manifest.name, kept))
    return present


def _bring_changed(source: Source, keys: list[str], manifest: Manifest, name: str, shelf: Shelf) -> None:
    for key in keys:
        kept = _kept(manifest, name)[key]
        if address(source.store.get(key)) != kept.sha256:
            source.store.replace(key, shelf.content(manifest.name, kept))


def _kept(manifest: Manifest, source: str) -> Mapping[str, Kept]:
    return manifest.objects.get(source, {})
