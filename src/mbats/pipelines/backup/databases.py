"""The databases of a stack, as a backup sees them."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Content:
    """What a table holds: how many rows, and a digest that knows no order."""

    rows: int
    digest: str


@dataclass(frozen=True, slots=True)
class Dump:
    """One database as it was at one moment: the content of each table by name, and bytes to restore it from."""

    owner: str
    tables: Mapping[str, Content]
    chunks: Iterator[bytes]


class Databases(Protocol):
    """All databases of one server that belong to the stack."""

    def names(self) -> Sequence[str]:
        """Return which there are."""
        ...

    def version(self) -> str:
        """Return the server's version."""
        ...

    def dump(self, name: str) -> AbstractContextManager[Dump]:
        """Open a database as it is now; raises `mbats.errors.backup.DumpFailed` as its bytes are read."""
        ...

    def holdings(self) -> Mapping[str, int]:
        """Return how much there is of what people would miss, by its name; only what there is."""
        ...

    def users(self) -> Mapping[str, int]:
        """Return how many connections there are to the databases, by role."""
        ...

    def restore_beside(self, name: str, owner: str, chunks: Iterable[bytes]) -> Mapping[str, Content]:
        """Make a database from a dump beside the one of that name, and return what its tables hold."""
        ...

    def bring_up_to_date(self, names: Sequence[str]) -> None:
        """Migrate databases that were restored beside."""
        ...

    def discard(self, names: Sequence[str]) -> None:
        """Drop what was restored beside databases, if it is there."""
        ...

    def swap(self, names: Sequence[str]) -> None:
        """Let databases that were restored beside take their places, all at once or none, and drop the others."""
        ...
