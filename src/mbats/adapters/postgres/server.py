"""A PostgreSQL server with everything MBATS needs in it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mbats.adapters.postgres.connection import connected
from mbats.adapters.postgres.database import Database
from mbats.adapters.postgres.embedded import EmbeddedServer
from mbats.adapters.postgres.migrator import migrate, migrations, pending
from mbats.adapters.postgres.own import OwnServer
from mbats.adapters.postgres.roles import (
    DATABASES,
    GUESTS,
    MODELLER,
    MODELS,
    OWNER,
    READER,
    STUDIES,
    TUNER,
    WRITER,
    close_to_public,
    create_databases,
    create_roles,
    missing_databases,
    refuse_large_objects,
    restrict_database,
)
from mbats.errors.database import DatabaseNotPrepared, DatabaseUnreachable, ServerTooOld

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import psycopg

    from mbats.adapters.postgres.address import Address
    from mbats.adapters.postgres.database import Backend
    from mbats.adapters.postgres.model_store import PostgresModelStore
    from mbats.adapters.postgres.move_in import MoveIn
    from mbats.adapters.postgres.named_lock import NamedLock
    from mbats.adapters.postgres.run_store import PostgresRunStore
    from mbats.adapters.postgres.security_master import PostgresSecurityMaster
    from mbats.adapters.postgres.session_store import PostgresSessionStore
    from mbats.adapters.postgres.stack_databases import StackDatabases
    from mbats.adapters.postgres.sweep_store import PostgresSweepStore
    from mbats.adapters.postgres.trial_register import PostgresTrialRegister

_OLDEST = 160_000
"""Since 16, a role that has CREATEROLE administers only the roles that it made."""


def open_server(home: Path, url: str | None = None) -> Server:
    """Return the server of `home`, or the one at `url`, prepared: roles, databases and migrations are there.

    Raises
    ------
    mbats.errors.database.DatabaseUnreachable, EmbeddedServerFailed, MissingPrivilege, NewerSchema, MigrationChanged
        Each says what to do.
    """
    server = Server(OwnServer(home, url) if url else EmbeddedServer(home))
    server.prepare()
    return server


class Server:
    """Hands out what the ports ask for."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def security_master(self) -> PostgresSecurityMaster:
        """Return the securities master."""
        from mbats.adapters.postgres.security_master import PostgresSecurityMaster

        return PostgresSecurityMaster(self.database("secmaster"))

    def run_store(self) -> PostgresRunStore:
        """Return the risk database."""
        from mbats.adapters.postgres.run_store import PostgresRunStore

        return PostgresRunStore(self.database("risk"))

    def trial_register(self) -> PostgresTrialRegister:
        """Return the register of trials, in the risk database."""
        from mbats.adapters.postgres.trial_register import PostgresTrialRegister

        return PostgresTrialRegister(self.database("risk"))

    def session_store(self) -> PostgresSessionStore:
        """Return the live sessions, in the risk database."""
        from mbats.adapters.postgres.session_store import PostgresSessionStore

        return PostgresSessionStore(self.database("risk"))

    def model_store(self) -> PostgresModelStore:
        """Return verdicts on models, moves and drift, in the risk database."""
        from mbats.adapters.postgres.model_store import PostgresModelStore

        return PostgresModelStore(self.database("risk"))

    def sweep_store(self) -> PostgresSweepStore:
        """Return the sweeps, in the risk database."""
        from mbats.adapters.postgres.sweep_store import PostgresSweepStore

        return PostgresSweepStore(self.database("risk"))

    def database(self, name: str) -> Database:
        """Return one of the databases as day-to-day work sees it."""
        return Database(self._backend, name)

    def studies(self) -> Address:
        """Return where the studies of Bayesian searches are, for the one role that may read them."""
        return self._backend.address(STUDIES, TUNER)

    def locks(self) -> NamedLock:
        """Return locks by name that hold among all processes."""
        from mbats.adapters.postgres.named_lock import NamedLock

        return NamedLock(self.database("risk"))

    def models(self) -> Address:
        """Return where MLflow keeps runs and registered models, for the one role that may read them."""
        return self._backend.address(MODELS, MODELLER)

    def stack_databases(self, guests: Iterable[str]) -> StackDatabases:
        """Return all databases of a stack, our own and its guests', to be backed up and restored."""
        from mbats.adapters.postgres.stack_databases import StackDatabases

        return StackDatabases(self._backend, guests)

    def move_in(self, source: Server, files: tuple[str, str]) -> MoveIn:
        """Return what brings everything that another server has gathered into this one."""
        from mbats.adapters.postgres.move_in import MoveIn

        return MoveIn(source._backend, self._backend, files)

    def bi_url(self, database: str) -> str:
        """Return the URL, password included, by which a dashboard reads the views of `database`."""
        return self._backend.address(database, READER).url

    def stop(self) -> None:
        """Stop an embedded server; the user's own is left alone."""
        self._backend.stop()

    def prepare(self) -> None:
        """Start the server and make what is missing in it; costs two short connections when all is there."""
        if not self._ready():
            self._backend.start()
            self._make_roles_and_databases()
            for database in DATABASES:
                migrate(self._backend.address(database, OWNER), migrations(database))

    def _ready(self) -> bool:
        try:
            return not any(self._lacks(database) for database in DATABASES)
        except (DatabaseUnreachable, DatabaseNotPrepared):
            return False

    def _lacks(self, database: str) -> bool:
        with connected(self._backend.address(database, WRITER)) as connection:
            return bool(missing_databases(connection) or pending(connection, database, migrations(database)))

    def _make_roles_and_databases(self) -> None:
        with connected(self._backend.admin_address(), autocommit=True) as connection:
            self._refuse_older(connection)
            connection.execute("SELECT pg_advisory_lock(hashtextextended('mbats preparation', 0))")
            create_roles(connection, self._backend.passwords())
            create_databases(connection)
            for database in DATABASES:
                with connected(self._backend.address(database, OWNER)) as owner:
                    restrict_database(owner, database)
                with connected(replace(self._backend.admin_address(), database=database)) as administrator:
                    refuse_large_objects(administrator)
            for database, guest in GUESTS.items():
                with connected(self._backend.address(database, guest)) as owner:
                    close_to_public(owner, database)

    def _refuse_older(self, connection: psycopg.Connection) -> None:
        version = connection.info.server_version
        if version < _OLDEST:
            address = self._backend.admin_address()
            raise ServerTooOld(address=address, version=version // 10_000, needed=_OLDEST // 10_000)
