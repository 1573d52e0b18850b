"""What the tables of a database hold, in a form that does not depend on the order of their rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from psycopg import sql

from mbats.pipelines.backup.databases import Content

if TYPE_CHECKING:
    import psycopg

_TABLES = """
SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_' ORDER BY 1, 2
"""
# As text, a row is written as the session's settings say: these are the ones that lose nothing.
_SETTINGS = (
    "SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO'; SET LOCAL intervalstyle = 'postgres';"
    "SET LOCAL extra_float_digits = 1; SET LOCAL bytea_output = 'hex'"
)
# 60 bits of each row's MD5, added up: equal rows count as often as they occur. MD5 because no attacker is in question,
# and it says the same in every version of the server.
_CONTENT = """
SELECT count(*), coalesce(sum(('x' || left(md5(t::text), 15))::bit(60)::bigint), 0)::text FROM ONLY {} t
"""


def contents(connection: psycopg.Connection) -> dict[str, Content]:
    """Return the content of each table, partitions by themselves, as the transaction sees it."""
    connection.execute(_SETTINGS)
    return {f"{schema}.{name}": _content(connection, schema, name) for schema, name in connection.execute(_TABLES)}


def _content(connection: psycopg.Connection, schema: str, name: str) -> Content:
    row = connection.execute(sql.SQL(_CONTENT).format(sql.Identifier(schema, name))).fetchone()
    assert row is not None
    return Content(*row)
