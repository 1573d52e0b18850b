"""Where a cluster lies: under MBATS_HOME wherever the server's account can reach it."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mbats.adapters.postgres.account import ServerAccount

_REFUGE = Path("/var/lib/mbats")
_LONGEST_SOCKET = 99
_SOCKET_NAME = "/.s.PGSQL.5432"


def refuge() -> Path:
    """Return the folder that holds what the server's account cannot reach elsewhere; only root ever needs it."""
    _REFUGE.mkdir(mode=0o755, parents=True, exist_ok=True)
    return _REFUGE


@dataclass(frozen=True, slots=True)
class Place:
    """The pointer that MBATS_HOME holds: where the data and the socket of its server are.

    Attributes
    ----------
    folder
        ``MBATS_HOME/postgres``: pointer, lock and passwords.
    data, socket
        The cluster and the private folder of its Unix socket.
    """

    folder: Path
    data: Path
    socket: Path

    @property
    def log(self) -> Path:
        """The server's log."""
        return self.data.with_name("server.log")

    def save(self) -> None:
        """Write the pointer, whole or not at all; paths inside the folder stay relative, so that a home can move."""
        draft = self.folder / "place.json.draft"
        draft.write_text(json.dumps({"data": self._relative(self.data), "socket": self._relative(self.socket)}))
        draft.rename(self.folder / "place.json")

    def _relative(self, path: Path) -> str:
        return str(path.relative_to(self.folder) if path.is_relative_to(self.folder) else path)


def load(folder: Path) -> Place | None:
    """Return the place that `folder` points to, if it was ever prepared."""
    try:
        paths = json.loads((folder / "place.json").read_text())
    except FileNotFoundError:
        return None
    return Place(folder, folder / paths["data"], folder / paths["socket"])


def choose(folder: Path, account: ServerAccount) -> Place:
    """Return a place for a new cluster and make the folder that is to hold it."""
    root = folder
    if not account.reaches(folder):
        root = Path(tempfile.mkdtemp(dir=refuge()))
        account.give(root)
    return Place(folder, root / "data", root / "socket")


def with_socket(place: Place, account: ServerAccount) -> Place:
    """Return the place with a socket folder that exists, is private and has a path that fits an address."""
    beside = place.data.with_name("socket")
    if len(os.fsencode(str(beside) + _SOCKET_NAME)) <= _LONGEST_SOCKET:
        beside.mkdir(mode=0o700, exist_ok=True)
        beside.chmod(0o700)
        account.give(beside)
        return replace(place, socket=beside)
    if place.socket != beside and account.owns_privately(place.socket):
        return place
    short = Path(tempfile.mkdtemp(prefix="mbats-"))
    account.give(short)
    return replace(place, socket=short)
