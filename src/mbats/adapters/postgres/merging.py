"""Rows of one database brought into another of the same schema, where identities are others' already."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from psycopg import sql

from mbats.errors.moving import SchemasDiffer
from mbats.pipelines.moving import Moved

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import psycopg

    from mbats.adapters.postgres.moved_tables import MovedTable

_COLUMNS = """
SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute
WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum
"""
_PRIMARY = """
SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey)
WHERE i.indrelid = to_regclass(%s) AND i.indisprimary
"""
_PARTITIONS = """
SELECT secmaster.ensure_partition({name}, year) FROM (
    SELECT DISTINCT extract(year FROM time AT TIME ZONE 'UTC')::integer AS year FROM brought) years
"""
_PARTITIONED = ("secmaster.daily_bar", "secmaster.intraday_bar")


@dataclass(frozen=True, slots=True)
class Merge:
    """One database's move, in one transaction of the target.

    Parameters
    ----------
    source, target
        The source's connection sees one moment; the target's role owns the tables.
    values
        For the tables' conditions.
    places
        Columns that hold addresses of files, and what takes the place of which beginning.
    """

    source: psycopg.Connection
    target: psycopg.Connection
    values: Mapping[str, Any]
    places: Mapping[str, tuple[str, str]]

    def run(self, tables: Iterable[MovedTable]) -> list[Moved]:
        """Bring the rows of all tables, each after those that it refers to.

        Raises
        ------
        mbats.errors.moving.SchemasDiffer
            A table has other columns here than there.
        """
        return [self._moved(table) for table in tables if self._columns(self.source, table.name)]

    def _moved(self, table: MovedTable) -> Moved:
        columns = self._columns(self.target, table.name)
        if columns != self._columns(self.source, table.name):
            raise SchemasDiffer(table=table.name)
        self._fetch(table, list(columns))
        if table.name in _PARTITIONED:
            name = table.name.rpartition(".")[2]
            self.target.execute(sql.SQL(_PARTITIONS).format(name=sql.Literal(name)))
        key = table.key or tuple(name for (name,) in self.target.execute(_PRIMARY, (table.name,)))
        there, conflicts, example = self._compare(table, columns, key)
        brought = self._insert(table, list(columns), key)
        if table.identity:
            self._remember(table, key)
        self.target.execute("DROP TABLE brought")
        return Moved(table.name, brought, there - conflicts, conflicts, example or "")

    def _fetch(self, table: MovedTable, columns: Sequence[str]) -> None:
        """Copy the source's rows into the temporary table `brought`, their references translated."""
        names, place = _list(columns), _name(table.name)
        self.target.execute(
            sql.SQL("CREATE TEMP TABLE given ON COMMIT DROP AS SELECT {} FROM {} WITH NO DATA").format(names, place)
        )
        literals = {name: sql.Literal(value) for name, value in self.values.items()}
        condition = sql.SQL(table.where.replace("%(unmoved)s", "{unmoved}")).format(**literals)
        rows = sql.SQL("COPY (SELECT {} FROM {} WHERE {}) TO STDOUT (FORMAT binary)").format(names, place, condition)
        with (
            self.source.cursor().copy(rows) as out,
            self.target.cursor().copy("COPY given FROM STDIN (FORMAT binary)") as into,
        ):
            for block in out:
                into.write(block)
        self.target.execute(self._translation(table, columns))
        self.target.execute("DROP TABLE given")
        self.target.execute("ANALYZE brought")

    def _translation(self, table: MovedTable, columns: Sequence[str]) -> sql.Composed:
        joins: list[sql.Composable] = [sql.SQL("given g")]
        conditions: list[sql.Composable] = [sql.SQL("true")]
        for column, other in table.refers.items():
            words = {"ids": sql.Identifier(_ids(other)), "alias": sql.Identifier(f"of_{column}")}
            words |= {"column": sql.Identifier(column)}
            joins.append(sql.SQL("LEFT JOIN {ids} {alias} ON {alias}.former = g.{column}").format(**words))
            conditions.append(sql.SQL("(g.{column} IS NULL OR {alias}.present IS NOT NULL)").format(**words))
        return sql.SQL("CREATE TEMP TABLE brought ON COMMIT DROP AS SELECT {} FROM {} WHERE {}").format(
            sql.SQL(", ").join(self._value(table, column) for column in columns),
            sql.SQL(" ").join(joins),
            sql.SQL(" AND ").join(conditions),
        )

    def _value(self, table: MovedTable, column: str) -> sql.Composed:
        name = sql.Identifier(column)
        if column in table.refers:
            return sql.SQL("{}.present AS {}").format(sql.Identifier(f"of_{column}"), name)
        if column not in self.places:
            return sql.SQL("g.{}").format(name)
        before, after = map(sql.Literal, self.places[column])
        words = "CASE WHEN starts_with(g.{0}, {1}) THEN {2} || substr(g.{0}, length({1}) + 1) ELSE g.{0} END AS {0}"
        return sql.SQL(words).format(name, before, after)

    def _compare(
        self, table: MovedTable, columns: Mapping[str, str], key: Sequence[str]
    ) -> tuple[int, int, str | None]:
        """Return how many rows are there already, how many of them differ, and the key of one that does."""
        compared = [name for name in columns if name not in (*key, table.identity, *table.aside)]
        # What is JSON has no equality, but its text has.
        pairs = [sql.SQL("b.{0}::text IS DISTINCT FROM t.{0}::text").format(sql.Identifier(name)) for name in compared]
        differs = sql.SQL(" OR ").join(pairs) if pairs else sql.SQL("false")
        words = """
        SELECT count(*), count(*) FILTER (WHERE {differs}), min(concat_ws(' ', {key})) FILTER (WHERE {differs})
        FROM brought b JOIN {table} t ON {same}
        """
        row = self.target.execute(
            sql.SQL(words).format(differs=differs, key=_list(key, "b"), table=_name(table.name), same=_same(key))
        ).fetchone()
        assert row is not None
        return row

    def _insert(self, table: MovedTable, columns: Sequence[str], key: Sequence[str]) -> int:
        kept = [name for name in columns if name != table.identity]
        order = sql.SQL(" ORDER BY b.{}").format(sql.Identifier(table.identity)) if table.identity else sql.SQL("")
        insert = sql.SQL(
            "INSERT INTO {table} ({names}) SELECT {values} FROM brought b"
            " WHERE NOT EXISTS (SELECT FROM {table} t WHERE {same}){order}"
        ).format(table=_name(table.name), names=_list(kept), values=_list(kept, "b"), same=_same(key), order=order)
        if not table.triggers:
            self._triggers(table, "DISABLE")
        brought = self.target.execute(insert).rowcount
        if not table.triggers:
            self._triggers(table, "ENABLE")
        return brought

    def _triggers(self, table: MovedTable, what: str) -> None:
        words = {"DISABLE": sql.SQL("DISABLE"), "ENABLE": sql.SQL("ENABLE")}[what]
        self.target.execute(sql.SQL("ALTER TABLE {} {} TRIGGER USER").format(_name(table.name), words))

    def _remember(self, table: MovedTable, key: Sequence[str]) -> None:
        """Keep which identity here stands for which one there."""
        words = """
        CREATE TEMP TABLE {ids} ON COMMIT DROP AS
        SELECT b.{identity} AS former, t.{identity} AS present FROM brought b JOIN {table} t ON {same}
        """
        names = {"ids": sql.Identifier(_ids(table.name)), "identity": sql.Identifier(table.identity)}
        self.target.execute(sql.SQL(words).format(**names, table=_name(table.name), same=_same(key)))

    @staticmethod
    def _columns(connection: psycopg.Connection, table: str) -> dict[str, str]:
        return dict(connection.execute(_COLUMNS, (table,)).fetchall())


def _ids(table: str) -> str:
    return "ids_" + table.rpartition(".")[2]


def _name(table: str) -> sql.Identifier:
    return sql.Identifier(*table.split("."))


def _list(columns: Iterable[str], alias: str = "") -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(*filter(None, (alias, column))) for column in columns)


def _same(key: Iterable[str]) -> sql.Composed:
    return sql.SQL(" AND ").join(sql.SQL("b.{0} = t.{0}").format(sql.Identifier(column)) for column in key)
