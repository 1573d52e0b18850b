"""What the embedded default has gathered, brought into the stack."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mbats.bootstrap import wiring
from mbats.bootstrap.models import artifacts, make_tables
from mbats.bootstrap.stack_inside import contained, inside
from mbats.errors.moving import NothingToMove
from mbats.pipelines.moving import Moved, move_objects
from mbats.settings import Settings
from mbats.stack.compose.places import OWN, STATE
from mbats.stack.services.mbats import TRADER

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mbats.secmaster.object_store import ObjectStore

_FOLDERS = ("strategies", "features", "estimators")
_BY_HAND = (
    "{folder}: containers see no folder of this machine; "
    f"bring it there: docker compose cp {{folder}}/. {TRADER.name}:{STATE}/{OWN}/{{name}}"
)


@dataclass(frozen=True, slots=True)
class MovedIn:
    """What came of it.

    Attributes
    ----------
    moved
        Table by table and folder by folder, without those that had nothing.
    stayed
        What stays behind: what goes on there, and models whose numbers are others' here.
    """

    moved: Sequence[Moved]
    stayed: Sequence[str]


def has_gathered(settings: Settings) -> bool:
    """Tell whether a home has an embedded database, and so something that may move in."""
    return (settings.home / "postgres" / "place.json").exists()


def move_in(settings: Settings, source: Path | None, told: Callable[[str], None]) -> MovedIn:
    """Bring bars, series, runs, trials, models and files of a home, usually this one, into the stack.

    Objects come first, then what speaks of them; what is in the stack already stays as it is.

    Raises
    ------
    NothingToMove, mbats.errors.backup.NoStack, mbats.errors.moving.SchemasDiffer
    """
    before = Settings(
        home=source or settings.home,
        object_store=settings.object_store if source is None and not settings.database_url else "",
        strategies=settings.strategies if not settings.database_url else (source or settings.home) / "strategies",
    )
    if not has_gathered(before):
        raise NothingToMove(home=before.home)
    apart, after = contained(settings), inside(settings, "move into")
    told("objects")
    moved = [_objects(before, after), *([] if apart else _files(before, after))]
    for each in (before, after):
        make_tables(each)
        wiring.make_studies(each)
    told("databases")
    files = artifacts(before.object_store), artifacts(after.object_store)
    mover = wiring.server(after).move_in(wiring.server(before), files)
    stayed = [*mover.unfinished(), *(f"model {name}: the stack has others of its numbers" for name in mover.clashing())]
    if apart:
        stayed += [_BY_HAND.format(folder=folder, name=name) for name, folder in _written(before).items()]
    moved += mover.run()
    return MovedIn([one for one in moved if one.brought or one.there or one.conflicts], stayed)


def _objects(before: Settings, after: Settings) -> Moved:
    source = wiring.object_store(before)
    return move_objects(source, wiring.object_store(after), "objects", source.keys(""))


def _files(before: Settings, after: Settings) -> list[Moved]:
    """Bring what people wrote: strategies, features and estimators."""
    places = {"strategies": after.strategies} | {name: after.home / name for name in _FOLDERS[1:]}
    there = _written(before)
    return [_folder(name, there[name], places[name]) for name in there if there[name] != places[name]]


def _written(settings: Settings) -> dict[str, Path]:
    """Return the folders that people write into, where there are any."""
    places = {"strategies": settings.strategies} | {name: settings.home / name for name in _FOLDERS[1:]}
    return {name: folder for name, folder in places.items() if folder.is_dir()}


def _folder(name: str, source: Path, target: Path) -> Moved:
    there = _store(source)
    keys = [key for key in there.keys("") if key.endswith(".py")]
    return move_objects(there, _store(target), name, keys)


def _store(folder: Path) -> ObjectStore:
    from mbats.adapters.objects.store import open_store

    return open_store(str(folder))
