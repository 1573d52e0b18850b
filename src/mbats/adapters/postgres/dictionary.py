"""The data dictionary, written from the comments that the schema itself carries."""

from __future__ import annotations

import sys
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from mbats.adapters.postgres.roles import DATABASES, OWNER, READER, WRITER

if TYPE_CHECKING:
    from collections.abc import Iterator

    import psycopg

    from mbats.adapters.postgres.server import Server

_INTRODUCTION = f"""# Data dictionary

Generated from the comments of the live schema: add a migration, then run
`python -m mbats.adapters.postgres.dictionary docs/data-dictionary.md`.

Two databases, each with its tables in a schema of its own name and views for dashboards in the schema `report`. All
belongs to `{OWNER}`; `{WRITER}` reads, inserts and updates; `{READER}` sees nothing but `report`.
"""
_RELATIONS = """
SELECT n.nspname, obj_description(n.oid, 'pg_namespace'), c.relname, c.relkind = 'v',
       obj_description(c.oid, 'pg_class'), a.attname, format_type(a.atttypid, a.atttypmod),
       NOT a.attnotnull, col_description(c.oid, a.attnum)
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relkind IN ('r', 'p', 'v') AND NOT c.relispartition
  AND n.nspname NOT IN ('pg_catalog', 'information_schema')
ORDER BY n.nspname = 'report', n.nspname, c.relname, a.attnum
"""
_Row = tuple[str, str, str, bool, str, str, str, bool, str]


def dictionary(server: Server) -> str:
    """Return the page in Markdown."""
    page = [_INTRODUCTION]
    for name in DATABASES:
        with server.database(name).transaction() as connection:
            page += [f"{line}\n" for line in _database(name, connection)]
    return "".join(page)


def _database(name: str, connection: psycopg.Connection) -> Iterator[str]:
    yield f"\n## Database `{name}`"
    rows: list[_Row] = connection.execute(_RELATIONS).fetchall()
    for (schema, purpose), relations in groupby(rows, key=lambda row: row[:2]):
        yield f"\n### Schema `{schema}`\n\n{purpose}"
        for (relation, is_view, meaning), columns in groupby(relations, key=lambda row: row[2:5]):
            yield f"\n#### `{schema}.{relation}`\n\n{meaning}\n"
            describe = _view if is_view else _table
            yield from describe(columns)


def _table(columns: Iterator[_Row]) -> Iterator[str]:
    yield "| column | type | meaning |\n|---|---|---|"
    for *_, column, kind, nullable, meaning in columns:
        yield f"| `{column}` | {kind}{', or null' if nullable else ''} | {meaning} |"


def _view(columns: Iterator[_Row]) -> Iterator[str]:
    yield ", ".join(f"`{column}`" for *_, column, _, _, _ in columns)


def _write(file: Path) -> None:
    """Write the page from a server that lives no longer than that."""
    from mbats.adapters.postgres.server import open_server

    with TemporaryDirectory() as home:
        server = open_server(Path(home))
        try:
            file.write_text(dictionary(server))
        finally:
            server.stop()


if __name__ == "__main__":
    _write(Path(sys.argv[1]))
