from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mbats.cli.console import emit, next_step, tell
from mbats.cli.contained import ContainedCommand

if TYPE_CHECKING:
    from mbats.pipelines.backup.manifest import Manifest


_WHERE = "Folder or s3://bucket/prefix of the backups.  [default: MBATS_BACKUPS]"


@click.command(cls=ContainedCommand)
@click.option("--to", "place", default="", metavar="PLACE", help=_WHERE)
@click.option("--keep", default=14, show_default=True, type=click.IntRange(1), help="How many of the newest stay.")
@click.option("--list", "listing", is_flag=True, help="Take none; list those that there are.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def backup(place: str, keep: int, listing: bool, as_json: bool) -> None:
    """Back the stack up: all databases, all objects, your strategies and notebooks; services go on meanwhile.

    A backup is whole by itself: a new stack can be made from it. Passwords are not in it: keep a copy of the secrets
    file that `mbats stack status` names where only you can read it.

    \b
    Example:
      mbats stack backup
      mbats stack backup --to /mnt/disk/mbats --keep 30
    """
    from mbats.bootstrap.backups import known_backups, take_backup
    from mbats.settings import Settings

    settings = Settings.from_environment()
    if listing:
        emit([_row(manifest) for manifest in known_backups(settings, place)], as_json)
        return
    taken, where, gone = take_backup(settings, place, keep, tell)
    emit(_row(taken) | {"place": where, "removed": gone}, as_json)
    next_step(f"mbats stack restore {taken.name} brings it back")


@click.command(cls=ContainedCommand)
@click.argument("name", default="", metavar="[BACKUP]")
@click.option("--from", "place", default="", metavar="PLACE", help=_WHERE)
@click.option("--over", is_flag=True, help="Replace what the stack holds.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def restore(name: str, place: str, over: bool, as_json: bool) -> None:
    """Bring a BACKUP back, the newest unless another is named, while only database and object store run.

    Everything is compared by its SHA-256, restored beside what is there, compared table by table, brought up to this
    MBATS, and then takes its place at once: whatever fails, the databases are as before.

    \b
    Example:
      mbats stack down
      mbats stack up postgres objects prepare
      mbats stack restore
    """
    from mbats.bootstrap.backups import restore_backup
    from mbats.settings import Settings

    emit(_row(restore_backup(Settings.from_environment(), name, place, over=over, told=tell)), as_json)
    next_step("mbats stack up")


def _row(manifest: Manifest) -> dict[str, Any]:
    return {
        "backup": manifest.name,
        "mbats": manifest.version,
        "databases": len(manifest.databases),
        "rows": manifest.rows,
        "objects": sum(map(len, manifest.objects.values())),
        "bytes": manifest.size,
    }
