"""One of our databases, as day-to-day work sees it."""

from __future__ import annotations

from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Protocol

import psycopg

from mbats.adapters.postgres.connection import in_our_words
from mbats.adapters.postgres.roles import WRITER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mbats.adapters.postgres.address import Address


class Backend(Protocol):
    """What runs the server: ours or the user's."""

    def address(self, database: str, role: str) -> Address:
        """Return where `database` is for `role`."""
        ...

    def admin_address(self) -> Address:
        """Return where roles and databases are made."""
        ...

    def passwords(self) -> dict[str, str]:
        """Return the passwords of our roles."""
        ...

    def start(self) -> None:
        """See to it that the server runs, if it is ours."""
        ...

    def stop(self) -> None:
        """Stop the server, if it is ours."""
        ...


class Database:
    """Connections of the writer to one database; a server that has died meanwhile is started again."""

    def __init__(self, backend: Backend, name: str) -> None:
        self._backend = backend
        self._name = name

    @property
    def address(self) -> Address:
        """Where it is for the writer."""
        return self._backend.address(self._name, WRITER)

    @contextmanager
    def transaction(self) -> Iterator[psycopg.Connection]:
        """Open a connection whose block is one transaction."""
        with self.in_our_words(), self.connect() as connection:
            yield connection

    def in_our_words(self) -> AbstractContextManager[None]:
        """Turn errors of the driver into ours."""
        return in_our_words(self.address)

    def connect(self) -> psycopg.Connection:
        """Open a connection that the caller closes."""
        try:
            return psycopg.connect(self.address.url)
        except psycopg.OperationalError:
            self._backend.start()
            return psycopg.connect(self.address.url)

    @contextmanager
    def snapshot(self) -> Iterator[psycopg.Connection]:
        """Open a connection whose statements all see the database as it is now."""
        with self.in_our_words(), self.connect() as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            yield connection
