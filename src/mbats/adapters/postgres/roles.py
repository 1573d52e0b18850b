"""Who may do what: roles with least privilege, the same on every server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Mapping

    import psycopg

OWNER = "mbats_owner"
"""Owns both databases and all in them: migrations, nothing else."""
WRITER = "mbats_writer"
"""Reads, inserts and updates: day-to-day work."""
READER = "bi_reader"
"""Selects from ``report.*`` views: dashboards."""
TUNER = "mbats_tuner"
"""Owns the studies of Bayesian searches, whose tables Optuna makes and changes itself, and enters nothing else."""
MODELLER = "mbats_modeller"
"""Owns what MLflow tracks and registers, whose tables MLflow makes and changes itself, and enters nothing else."""
ROLES = (OWNER, WRITER, READER, TUNER, MODELLER)

DATABASES = ("secmaster", "risk")
"""Those that our migrations shape."""
STUDIES, MODELS = "optuna", "mlflow"
GUESTS = {STUDIES: TUNER, MODELS: MODELLER}
"""Databases that a library shapes, each with the one role that may enter it."""
_LARGE_OBJECTS = "REVOKE EXECUTE ON FUNCTION lo_create(oid), lo_creat(int), lo_from_bytea(oid, bytea) FROM PUBLIC"
_OWNERS = dict.fromkeys(DATABASES, OWNER) | GUESTS


def existing_roles(connection: psycopg.Connection) -> set[str]:
    """Return which of our roles the server has."""
    rows = connection.execute("SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)", (list(ROLES),))
    return {name for (name,) in rows}


def create_roles(connection: psycopg.Connection, passwords: Mapping[str, str]) -> None:
    """Create the roles that are missing, with their passwords as scram verifiers."""
    for role in sorted(set(ROLES) - existing_roles(connection)):
        verifier = connection.pgconn.encrypt_password(passwords[role].encode(), role.encode(), b"scram-sha-256")
        create = sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD {}")
        connection.execute(create.format(sql.Identifier(role), sql.Literal(verifier.decode())))
        if role == READER:
            read_only = sql.SQL("ALTER ROLE {} SET default_transaction_read_only = on")
            connection.execute(read_only.format(sql.Identifier(READER)))


def create_databases(connection: psycopg.Connection) -> None:
    """Create the databases that are missing; needs an autocommit connection."""
    for name in missing_databases(connection):
        owner = sql.Identifier(_OWNERS[name])
        connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(owner))
        create = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'")
        connection.execute(create.format(sql.Identifier(name), owner))


def missing_databases(connection: psycopg.Connection) -> list[str]:
    """Return which of our databases the server lacks; any role may ask."""
    found = {name for (name,) in connection.execute("SELECT datname FROM pg_database")}
    return [name for name in _OWNERS if name not in found]


def close_to_public(connection: psycopg.Connection, database: str) -> None:
    """As the owner of `database`: let in nobody else."""
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(database)))


def refuse_large_objects(connection: psycopg.Connection) -> None:
    """As a superuser inside a database: let nobody write large objects, which belong to no table and are open to all.

    An administrator who is none may not change PostgreSQL's own functions, and leaves them.
    """
    if connection.info.parameter_status("is_superuser") == "on":
        connection.execute(_LARGE_OBJECTS)


def restrict_database(connection: psycopg.Connection, database: str) -> None:
    """As the owner of `database`: let in only our roles, and only the writer make temporary tables."""
    close_to_public(connection, database)
    name = sql.Identifier(database)
    for statement in (
        sql.SQL("GRANT CONNECT ON DATABASE {} TO {}, {}").format(name, sql.Identifier(WRITER), sql.Identifier(READER)),
        sql.SQL("GRANT TEMPORARY ON DATABASE {} TO {}").format(name, sql.Identifier(WRITER)),
    ):
        connection.execute(statement)
