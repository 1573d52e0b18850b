"""A PostgreSQL server that the user runs, named by MBATS_DATABASE_URL."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import psycopg
from psycopg.conninfo import conninfo_to_dict

from mbats import private_file
from mbats.adapters.postgres.address import Address
from mbats.adapters.postgres.connection import connected
from mbats.adapters.postgres.roles import ROLES, existing_roles
from mbats.errors.database import BadDatabaseUrl, PasswordUnknown

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class OwnServer:
    """The server behind a URL, whose role has CREATEDB and CREATEROLE while databases are prepared."""

    def __init__(self, home: Path, url: str) -> None:
        self._admin = _admin_address(url)
        name = re.sub(r"[^A-Za-z0-9.-]+", "_", f"{self._admin.host}-{self._admin.port}").strip("_")
        self._credentials = home.resolve() / "postgres" / f"credentials-{name}.json"

    def address(self, database: str, role: str) -> Address:
        """Return where `database` is for `role`."""
        password = private_file.read(self._credentials).get(role, "")
        admin = self._admin
        return Address(admin.host, admin.port, database, role, password, admin.options)

    def admin_address(self) -> Address:
        """Return where roles and databases are made."""
        return self._admin

    def passwords(self) -> dict[str, str]:
        """Return the passwords of our roles; raises PasswordUnknown for a role that was made elsewhere."""
        known = private_file.read(self._credentials)
        with connected(self._admin) as connection:
            foreign = sorted(existing_roles(connection) - set(known))
        if foreign:
            raise PasswordUnknown(address=self._admin, role=foreign[0], file=self._credentials)
        return private_file.complete(self._credentials, ROLES)

    def agree(self, passwords: Mapping[str, str]) -> None:
        """Take over passwords that were agreed on with others, for roles that are not made yet."""
        private_file.keep(self._credentials, passwords)

    def start(self) -> None:
        """Do nothing: starting it is its owner's business."""

    def stop(self) -> None:
        """Do nothing: stopping it is its owner's business."""


def _admin_address(url: str) -> Address:
    try:
        parts = {name: str(value) for name, value in conninfo_to_dict(url).items() if value is not None}
        port = int(parts.pop("port", "5432"))
    except (psycopg.ProgrammingError, ValueError):
        # The driver quotes the part that it does not understand, which may be the password.
        raise BadDatabaseUrl from None
    parts.pop("connect_timeout", None)
    place = (parts.pop("host", "localhost"), port, parts.pop("dbname", "postgres"))
    return Address(*place, parts.pop("user", "postgres"), parts.pop("password", ""), parts)
