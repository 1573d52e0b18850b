"""Forward-only migrations: numbered SQL files, each applied once, whole or not at all, and never changed again."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from mbats.adapters.postgres.connection import connected
from mbats.adapters.postgres.roles import WRITER
from mbats.errors.database import MigrationChanged, MigrationFailed, NewerSchema

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbats.adapters.postgres.address import Address

_FOLDER = "mbats.adapters.postgres"
_LOCK = "SELECT pg_advisory_lock(hashtextextended('mbats migrations', 0))"
_REGISTER = """
CREATE SCHEMA IF NOT EXISTS migration;
CREATE TABLE IF NOT EXISTS migration.applied (
    number integer PRIMARY KEY,
    name text NOT NULL,
    digest text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT transaction_timestamp()
);
COMMENT ON SCHEMA migration IS 'Which migrations this database has seen.';
COMMENT ON TABLE migration.applied IS 'Migrations in the order in which they were applied.';
COMMENT ON COLUMN migration.applied.number IS 'Number of the file.';
COMMENT ON COLUMN migration.applied.name IS 'Name of the file.';
COMMENT ON COLUMN migration.applied.digest IS 'SHA-256 of its text; a file that was applied may not change.';
COMMENT ON COLUMN migration.applied.applied_at IS 'When it was applied.';
"""


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered file: ``0001_master.sql``."""

    name: str
    text: str

    @property
    def number(self) -> int:
        """The number that its name begins with."""
        return int(self.name.split("_", 1)[0])

    @property
    def digest(self) -> str:
        """SHA-256 of the text."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def migrations(database: str) -> list[Migration]:
    """Return the migrations of a database that this MBATS brings along, in order."""
    found = files(_FOLDER).joinpath("migrations", database).iterdir()
    return sorted((Migration(file.name, file.read_text("utf-8")) for file in found), key=lambda file: file.number)


def pending(connection: psycopg.Connection, database: str, known: Sequence[Migration]) -> list[Migration]:
    """Return those of `known` that the database lacks.

    Raises
    ------
    mbats.errors.database.NewerSchema
        The database has one that is not known.
    mbats.errors.database.MigrationChanged
        One was changed after it had been applied.
    """
    applied = {number: (name, digest) for number, name, digest in _applied(connection)}
    by_number = {migration.number: migration for migration in known}
    for number, (name, digest) in applied.items():
        if number not in by_number:
            raise NewerSchema(database=database, number=number, name=name)
        if by_number[number].digest != digest:
            raise MigrationChanged(database=database, file=by_number[number].name)
    return [migration for migration in known if migration.number not in applied]


def migrate(address: Address, known: Sequence[Migration]) -> list[Migration]:
    """As the owner: apply what is missing, one process at a time, and return it."""
    with connected(address, autocommit=True) as connection:
        connection.execute(_LOCK)
        connection.execute(_REGISTER)
        writer = sql.Identifier(WRITER)
        connection.execute(sql.SQL("GRANT USAGE ON SCHEMA migration TO {}").format(writer))
        connection.execute(sql.SQL("GRANT SELECT ON migration.applied TO {}").format(writer))
        missing = pending(connection, address.database, known)
        for migration in missing:
            _apply(connection, address.database, migration)
    return missing


def _applied(connection: psycopg.Connection) -> list[tuple[int, str, str]]:
    return connection.execute("SELECT number, name, digest FROM migration.applied ORDER BY number").fetchall()


def _apply(connection: psycopg.Connection, database: str, migration: Migration) -> None:
    record = "INSERT INTO migration.applied (number, name, digest) VALUES (%s, %s, %s)"
    try:
        with connection.transaction():
            # The text comes from our own package, never from a user.
            connection.execute(migration.text.encode())
            connection.execute(record, (migration.number, migration.name, migration.digest))
    except psycopg.Error as error:
        raise MigrationFailed(file=migration.name, database=database, cause=" ".join(str(error).split())) from error
