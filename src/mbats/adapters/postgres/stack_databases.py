"""All databases of a stack: dumped, and restored beside themselves."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from psycopg import IsolationLevel, sql

from mbats.adapters.postgres.connection import connected
from mbats.adapters.postgres.contents import contents
from mbats.adapters.postgres.dump_programs import dumped, restored
from mbats.adapters.postgres.migrator import migrate, migrations
from mbats.adapters.postgres.roles import DATABASES, GUESTS, OWNER, close_to_public, restrict_database
from mbats.pipelines.backup.databases import Dump

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import psycopg

    from mbats.adapters.postgres.address import Address
    from mbats.adapters.postgres.database import Backend
    from mbats.pipelines.backup.databases import Content

_BESIDE, _FORMER = "_restored", "_replaced"
_HOLDINGS = (
    ("secmaster", "secmaster.intraday_bar", "intraday bars"),
    ("secmaster", "secmaster.daily_bar", "daily bars"),
    ("secmaster", "secmaster.series_value", "rows of series"),
    ("risk", "risk.run", "runs"),
    ("risk", "risk.sweep", "sweeps"),
    ("risk", "risk.session", "sessions"),
    ("mlflow", "runs", "trainings"),
    ("mlflow", "model_versions", "versions of models"),
    ("optuna", "studies", "studies"),
)
"""What people would miss: database, table and name; a server that was only prepared has none of it."""

_USERS = """
SELECT usename, count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND datname = ANY(%s)
GROUP BY 1 ORDER BY 1
"""


class StackDatabases:
    """Implements `mbats.pipelines.backup.databases.Databases` on one server.

    Parameters
    ----------
    guests
        Databases of other services beside ours.
    """

    def __init__(self, backend: Backend, guests: Iterable[str] = ()) -> None:
        self._backend = backend
        self._known = (*DATABASES, *GUESTS, *guests)

    def names(self) -> list[str]:
        """Return which of the known databases there are."""
        with self._maintenance() as connection:
            found = connection.execute("SELECT datname FROM pg_database WHERE datname = ANY(%s)", (list(self._known),))
            return sorted(name for (name,) in found)

    def version(self) -> str:
        """Return the server's version."""
        with self._maintenance() as connection:
            return connection.info.parameter_status("server_version") or ""

    @contextmanager
    def dump(self, name: str) -> Iterator[Dump]:
        """Open a database as it is now: table by table and dump are of the same moment."""
        address = self._admin(name)
        with connected(address) as connection:
            connection.isolation_level = IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            [(snapshot, owner)] = connection.execute(
                "SELECT pg_export_snapshot(), pg_get_userbyid(datdba) FROM pg_database WHERE datname = %s", (name,)
            )
            yield Dump(owner, contents(connection), dumped(address, snapshot))

    def holdings(self) -> dict[str, int]:
        """Return how much there is of what people would miss."""
        there = self.names()
        counts = {what: self._rows(database, table) for database, table, what in _HOLDINGS if database in there}
        return {what: count for what, count in counts.items() if count}

    def users(self) -> dict[str, int]:
        """Return how many connections there are to the databases, by role."""
        with self._maintenance() as connection:
            return dict(connection.execute(_USERS, (list(self._known),)).fetchall())

    def restore_beside(self, name: str, owner: str, chunks: Iterable[bytes]) -> Mapping[str, Content]:
        """Make a database from a dump under another name, with the doors of the one that it is to replace."""
        beside = name + _BESIDE
        self.discard([name])
        with self._maintenance() as connection:
            create = "CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'"
            connection.execute(_words(create, beside, owner))
            (restrict_database if name in DATABASES else close_to_public)(connection, beside)
        restored(self._admin(beside), chunks)
        with connected(self._admin(beside)) as connection:
            found = contents(connection)
            connection.execute("ANALYZE")
            return found

    def bring_up_to_date(self, names: Sequence[str]) -> None:
        """Migrate those of our own databases that were restored beside."""
        for name in DATABASES:
            if name in names:
                beside = self._admin(name + _BESIDE)
                as_owner = {**beside.options, "options": f"-crole={OWNER}"}
                migrate(replace(beside, options=as_owner), migrations(name))

    def discard(self, names: Sequence[str]) -> None:
        """Drop what was restored beside."""
        with self._maintenance() as connection:
            for name in names:
                connection.execute(_words("DROP DATABASE IF EXISTS {} WITH (FORCE)", name + _BESIDE))

    def swap(self, names: Sequence[str]) -> None:
        """Rename in one transaction; what was replaced is dropped when that is done."""
        there = self.names()
        with connected(self._backend.admin_address()) as connection:
            for name in names:
                if name in there:
                    connection.execute(_words("ALTER DATABASE {} RENAME TO {}", name, name + _FORMER))
                connection.execute(_words("ALTER DATABASE {} RENAME TO {}", name + _BESIDE, name))
        with self._maintenance() as connection:
            for name in names:
                connection.execute(_words("DROP DATABASE IF EXISTS {} WITH (FORCE)", name + _FORMER))

    def _rows(self, database: str, table: str) -> int:
        """Return how many rows a table has; one that nobody has made yet has none."""
        with connected(self._admin(database)) as connection:
            [(known,)] = connection.execute("SELECT to_regclass(%s) IS NOT NULL", (table,))
            if not known:
                return 0
            [(rows,)] = connection.execute(_counted(table))
            return int(rows)

    @contextmanager
    def _maintenance(self) -> Iterator[psycopg.Connection]:
        with connected(self._backend.admin_address(), autocommit=True) as connection:
            yield connection

    def _admin(self, database: str) -> Address:
        return replace(self._backend.admin_address(), database=database)


def _words(words: str, *names: str) -> sql.Composed:
    return sql.SQL(words).format(*map(sql.Identifier, names))


def _counted(table: str) -> sql.Composed:
    return sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(*table.split(".")))
