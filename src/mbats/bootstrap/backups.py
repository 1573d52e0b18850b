"""Backups of the stack: its databases, its bucket, and the files that people wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbats import __version__
from mbats.bootstrap import wiring
from mbats.bootstrap.stack_inside import inside
from mbats.clock import SystemClock
from mbats.pipelines.backup.backing_up import Source, Stack, back_up
from mbats.pipelines.backup.restoring import restore
from mbats.pipelines.backup.shelf import Shelf
from mbats.secmaster.object_store import has_buckets
from mbats.stack.services.objects import KINDS
from mbats.stack.services.postgres import GUESTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from mbats.pipelines.backup.manifest import Manifest
    from mbats.settings import Settings

_WRITTEN_BY_PEOPLE = ("strategies/", "features/", "estimators/", "notebooks/")


def take_backup(
    settings: Settings, place: str, keep: int, told: Callable[[str], None]
) -> tuple[Manifest, str, list[str]]:
    """Take a backup of this home's stack, then let old ones go; return it, its place, and the names of those.

    Raises
    ------
    mbats.errors.backup.NoStack, mbats.errors.backup.DumpFailed, mbats.errors.snapshot.ObjectStoreUnreachable
    """
    settings = inside(settings, "back up")
    shelf = _shelf(settings, place)
    stack = _stack(settings)
    with wiring.server(settings).locks()("stack backup"):
        shelf.tidy(max(keep, len(shelf.names()) or 1))
        taken = back_up(stack, shelf, SystemClock(), (__version__, stack.databases.version()), told)
        return taken, shelf.place, shelf.tidy(keep)


def restore_backup(settings: Settings, name: str, place: str, *, over: bool, told: Callable[[str], None]) -> Manifest:
    """Put a backup, usually the newest, in the place of what the stack of this home holds.

    Raises
    ------
    mbats.errors.backup.NoStack, mbats.errors.backup.UnknownBackup, and what `mbats.pipelines.backup.restoring` raises
    """
    settings = inside(settings, "restore to")
    shelf = _shelf(settings, place)
    manifest = shelf.manifest(name)
    restore(_stack(settings), shelf, manifest, over=over, told=told)
    return manifest


def known_backups(settings: Settings, place: str) -> list[Manifest]:
    """Return all backups, oldest first."""
    shelf = _shelf(inside(settings, "list backups of"), place)
    return [shelf.manifest(name) for name in shelf.names()]


def _shelf(settings: Settings, place: str) -> Shelf:
    from mbats.adapters.objects.store import open_vault

    return Shelf(open_vault(place or settings.backups), place or settings.backups)


def _stack(settings: Settings) -> Stack:
    from mbats.adapters.objects.store import open_vault

    files = open_vault(str(settings.home))
    databases = wiring.server(settings).stack_databases(GUESTS)
    return Stack(databases, {"objects": _objects(settings.object_store), "files": Source(files, _WRITTEN_BY_PEOPLE)})


def _objects(url: str) -> Source:
    """Return what of a store is backed up: all, but not the backups."""
    from mbats.adapters.objects.store import open_vault

    if has_buckets(url):
        return Source(open_vault(url), tuple(f"{kind}/" for kind in KINDS))
    return Source(open_vault(_bucket(url)))


def _bucket(url: str) -> str:
    """Return the bucket of ``s3://bucket/prefix``: it is the stack's alone, and holds MLflow's artefacts, too."""
    scheme, _, rest = url.partition("://")
    return f"s3://{rest.partition('/')[0]}" if scheme == "s3" else url
