"""Connections, and what goes wrong with them said in our own words."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg
from psycopg import errors

from mbats.errors.database import (
    DatabaseDiskFull,
    DatabaseNotPrepared,
    DatabaseRefused,
    DatabaseUnreachable,
    MissingPrivilege,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mbats.adapters.postgres.address import Address
    from mbats.errors import MbatsError

_MEANING: tuple[tuple[type[psycopg.Error], type[MbatsError]], ...] = (
    (errors.DiskFull, DatabaseDiskFull),
    (errors.InsufficientPrivilege, MissingPrivilege),
    (errors.InvalidCatalogName, DatabaseNotPrepared),
    (errors.UndefinedTable, DatabaseNotPrepared),
    (errors.InvalidSchemaName, DatabaseNotPrepared),
    (psycopg.OperationalError, DatabaseUnreachable),
)


def our_error(address: Address, kind: type[BaseException], cause: object) -> MbatsError:
    """Return the error that says what a driver's error of some kind means for the user."""
    ours = next((ours for theirs, ours in _MEANING if issubclass(kind, theirs)), DatabaseRefused)
    return ours(address=address, cause=" ".join(str(cause).split()) or kind.__name__)


@contextmanager
def in_our_words(address: Address) -> Iterator[None]:
    """Turn a driver's error into one that names the database, the cause and the remedy."""
    try:
        yield
    except psycopg.Error as error:
        raise our_error(address, type(error), error) from error


@contextmanager
def connected(address: Address, *, autocommit: bool = False) -> Iterator[psycopg.Connection]:
    """Open a connection whose block is one transaction (or none, with `autocommit`)."""
    with in_our_words(address), psycopg.connect(address.url, autocommit=autocommit) as connection:
        yield connection
