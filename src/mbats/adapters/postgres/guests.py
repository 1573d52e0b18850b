"""Other services' databases on our server, each under a role of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from psycopg import sql

from mbats.adapters.postgres.connection import connected
from mbats.adapters.postgres.own import OwnServer
from mbats.adapters.postgres.roles import ROLES, close_to_public, existing_roles

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import LiteralString

    import psycopg

_LOCK = "SELECT pg_advisory_lock(hashtextextended('mbats preparation', 0))"


def accommodate(home: Path, url: str, passwords: Mapping[str, str]) -> None:
    """Make a role and a database of its name for each guest, or give a known one its password anew.

    Parameters
    ----------
    url
        Of the server, with a role that has CREATEDB and CREATEROLE.
    passwords
        By role; those of roles of ours, which others share, are agreed on, and given anew to roles that are there.
    """
    server = OwnServer(home, url)
    server.agree({role: password for role, password in passwords.items() if role in ROLES})
    with connected(server.admin_address(), autocommit=True) as connection:
        connection.execute(_LOCK)
        for name in sorted(existing_roles(connection) & passwords.keys()):
            _set_password(connection, "ALTER ROLE {} PASSWORD {}", name, passwords[name])
        for name in sorted(passwords.keys() - set(ROLES)):
            _welcome(connection, name, passwords[name])


def _set_password(connection: psycopg.Connection, words: LiteralString, name: str, password: str) -> None:
    verifier = connection.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256").decode()
    connection.execute(sql.SQL(words).format(sql.Identifier(name), sql.Literal(verifier)))


def _welcome(connection: psycopg.Connection, name: str, password: str) -> None:
    role = sql.Identifier(name)
    known = connection.execute("SELECT FROM pg_roles WHERE rolname = %s", (name,)).fetchone() is not None
    words: LiteralString = "ALTER ROLE {} PASSWORD {}" if known else "CREATE ROLE {} LOGIN PASSWORD {}"
    _set_password(connection, words, name, password)
    if connection.execute("SELECT FROM pg_database WHERE datname = %s", (name,)).fetchone() is None:
        connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(role))
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'").format(role, role))
    close_to_public(connection, name)
