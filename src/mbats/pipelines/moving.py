"""What a move into the stack brings, table by table and object by object; what is there stays as it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mbats.secmaster.object_store import ObjectStore


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of one table's rows, or of the objects of one kind.

    Attributes
    ----------
    what
        The table, or the folder of objects.
    brought, there
        How many are new, and how many were there already, as they are.
    conflicts
        How many are there with another content, which stays.
    example
        The key of one of those.
    """

    what: str
    brought: int
    there: int
    conflicts: int
    example: str = ""


def move_objects(source: ObjectStore, target: ObjectStore, what: str, keys: Iterable[str]) -> Moved:
    """Bring those objects that the target lacks; return what became of them."""
    brought, there, differing = 0, 0, list[str]()
    for key in keys:
        content = source.get(key)
        if not target.exists(key):
            target.put(key, content)
            brought += 1
        elif target.get(key) == content:
            there += 1
        else:
            differing.append(key)
    return Moved(what, brought, there, len(differing), differing[0] if differing else "")
