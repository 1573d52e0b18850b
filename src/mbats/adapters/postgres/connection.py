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


@contextmanager
def in_our_words(address: Address) -> Iterator[None]:
    """Turn a driver's error into one that names the database, the cause and the remedy."""
    try:
        yield
    except psycopg.Error as error:
        ours = next((ours for theirs, ours in _MEANING if isinstance(error, theirs)), DatabaseRefused)
        raise ours(address=address, cause=" ".join(str(error).split()) or type(error).__name__) from error


@contextmanager
def connected(address: Address, *, autocommit: bool = False) -> Iterator[psycopg.Connection]:
    """Open a connection whose block is one transaction (or none, with `autocommit`)."""
    with in_our_words(address), psycopg.connect(address.url, autocommit=autocommit) as connection:
        yield connection
