"""What the other services find when they start: roles, databases, migrations, buckets and what people work in."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from mbats import private_file
from mbats.errors.stack import NotInStack
from mbats.stack.notebooks.laying_out import lay_out
from mbats.stack.services.objects import KINDS, VERSIONED

if TYPE_CHECKING:
    from mbats.settings import Settings

_VARIABLE = "MBATS_PASSWORD_"
_NOTEBOOKS = "MBATS_NOTEBOOKS"


def prepare(settings: Settings) -> None:
    """Make everything that is missing; what is there stays as it is.

    Raises
    ------
    NotInStack
        No database server was named: this runs inside the stack.
    """
    from mbats.adapters.objects.bucket import make_bucket, make_buckets
    from mbats.adapters.postgres.guests import accommodate
    from mbats.adapters.postgres.server import open_server

    if settings.database_url is None:
        raise NotInStack
    passwords = {
        name[len(_VARIABLE) :].lower(): value for name, value in os.environ.items() if name.startswith(_VARIABLE)
    }
    accommodate(settings.home, settings.database_url, passwords)
    open_server(settings.home, settings.database_url)
    make_buckets(settings.object_store, KINDS, VERSIONED)
    make_bucket(settings.backups)
    settings.strategies.mkdir(parents=True, exist_ok=True)
    if settings.alerts_file and not settings.alerts_file.exists():
        private_file.write(settings.alerts_file, "")
    if folder := os.environ.get(_NOTEBOOKS):
        lay_out(Path(folder))
