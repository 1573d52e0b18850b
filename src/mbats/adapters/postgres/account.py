"""The operating system's account that runs the embedded server: PostgreSQL refuses root."""

from __future__ import annotations

import os
import pwd
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mbats.errors.database import NoServerAccount

if TYPE_CHECKING:
    from pathlib import Path

_UNPRIVILEGED = "nobody"


@dataclass(frozen=True, slots=True)
class ServerAccount:
    """Who the server runs as; `borrowed` when it is not who runs this process."""

    uid: int
    gid: int
    borrowed: bool

    @property
    def launch_options(self) -> dict[str, Any]:
        """Options that make `subprocess` run a program as this account."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.borrowed else {}

    def give(self, path: Path) -> None:
        """Hand a file or folder of ours to the account."""
        if self.borrowed:
            os.chown(path, self.uid, self.gid)

    def owns_privately(self, folder: Path) -> bool:
        """Tell whether `folder` is a real folder that this account alone can enter."""
        if not folder.exists():
            return False
        status = folder.lstat()
        return stat.S_ISDIR(status.st_mode) and status.st_uid == self.uid and stat.S_IMODE(status.st_mode) == 0o700

    def reaches(self, path: Path) -> bool:
        """Tell whether the account may read `path` and pass through every folder above it."""
        if not self.borrowed:
            return True
        real = path.resolve()
        passable = all(self._permits(parent, stat.S_IXOTH) for parent in real.parents)
        return passable and self._permits(real, stat.S_IROTH if real.is_file() else stat.S_IXOTH)

    def _permits(self, path: Path, bits: int) -> bool:
        status = path.stat()
        shift = 6 if status.st_uid == self.uid else 3 if status.st_gid == self.gid else 0
        return (status.st_mode >> shift) & bits == bits


def server_account(data: Path) -> ServerAccount:
    """Return who runs the server of `data`: its owner, else ourselves, but `nobody` where we are root."""
    if os.geteuid() != 0:
        return ServerAccount(os.geteuid(), os.getegid(), borrowed=False)
    try:
        owner = data.stat().st_uid if data.exists() else 0
        entry = pwd.getpwuid(owner) if owner else pwd.getpwnam(_UNPRIVILEGED)
    except KeyError:
        raise NoServerAccount from None
    return ServerAccount(entry.pw_uid, entry.pw_gid, borrowed=True)
