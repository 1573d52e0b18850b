"""A PostgreSQL cluster on disk: made once, with its settings written anew before each start."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

from mbats import private_file
from mbats.adapters.postgres.roles import DATABASES, GUESTS, OWNER, READER, WRITER
from mbats.errors.database import EmbeddedServerFailed

if TYPE_CHECKING:
    from pathlib import Path

    from mbats.adapters.postgres.account import ServerAccount
    from mbats.adapters.postgres.place import Place

ADMIN = "mbats_admin"
"""The cluster's superuser; nothing but the preparation of databases connects as it."""

# A laptop's share of memory, durable commits, UTC. Nobody replicates from an embedded server, so wal_level is minimal:
# a COPY into a partition made in the same transaction then needs no WAL.
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "fsync": "on",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %u@%d ",
}


def initialise(place: Place, programs: Path, account: ServerAccount, password: str) -> None:
    """Make the cluster beside its final place and move it there, so that a killed initdb leaves nothing half-made."""
    draft = place.data.with_name("data.draft")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    account.give(draft)
    secret = draft.with_name("superuser.draft")
    private_file.write(secret, password)
    account.give(secret)
    try:
        _initdb(draft, secret, programs, account)
    finally:
        secret.unlink()
    draft.rename(place.data)


def _initdb(data: Path, secret: Path, programs: Path, account: ServerAccount) -> None:
    where = ["--pgdata", str(data), "--username", ADMIN, "--pwfile", str(secret), "--auth=scram-sha-256"]
    locale = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    done = subprocess.run(  # noqa: S603 - the wheel's own program, no shell
        [str(programs / "initdb"), *where, *locale],
        capture_output=True,
        text=True,
        cwd="/",
        check=False,
        **account.launch_options,
    )
    if done.returncode:
        tail = (done.stdout + done.stderr).strip()
        raise EmbeddedServerFailed(folder=data.parent, step="be initialised", log="(initdb)", tail=tail)


def configure(place: Place, account: ServerAccount) -> None:
    """Write the whole of postgresql.conf and pg_hba.conf; they are ours alone."""
    settings = _SETTINGS | {"unix_socket_directories": str(place.socket)}
    lines = [f"{name} = {_quoted(value)}\n" for name, value in settings.items()]
    doors = [("all", ADMIN), (",".join(DATABASES), f"{OWNER},{WRITER},{READER}"), *GUESTS.items()]
    rules = [f"local {databases} {roles} scram-sha-256\n" for databases, roles in doors]
    for name, content in (("postgresql.conf", lines), ("pg_hba.conf", rules)):
        file = place.data / name
        file.write_text("# Written by MBATS before each start.\n" + "".join(content))
        account.give(file)


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
