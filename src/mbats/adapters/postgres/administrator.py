"""The role that makes all others, and its password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from psycopg import sql

from mbats.adapters.postgres.connection import connected
from mbats.errors.database import DatabaseUnreachable

if TYPE_CHECKING:
    from mbats.adapters.postgres.address import Address


def change_password(known: Address, wanted: str) -> None:
    """Give a role another password, of which the server only sees the verifier; one that it has already stays.

    Parameters
    ----------
    known
        A database of the server, the role and the password that it has.

    Raises
    ------
    DatabaseUnreachable
        Neither password opens it.
    """
    if _opens(known.with_password(wanted)):
        return
    with connected(known, autocommit=True) as connection:
        role = known.user
        verifier = connection.pgconn.encrypt_password(wanted.encode(), role.encode(), b"scram-sha-256").decode()
        words = sql.SQL("ALTER ROLE {} PASSWORD {}")
        connection.execute(words.format(sql.Identifier(role), sql.Literal(verifier)))


def _opens(address: Address) -> bool:
    try:
        with connected(address):
            return True
    except DatabaseUnreachable:
        return False
