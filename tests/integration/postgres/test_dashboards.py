"""The dashboards' questions, asked of the real views by the role that asks them in Superset."""

import psycopg
import pytest

from mbats.adapters.postgres.cluster import ADMIN
from mbats.adapters.postgres.embedded import EmbeddedServer
from mbats.adapters.postgres.guests import accommodate
from mbats.adapters.postgres.roles import READER
from mbats.adapters.postgres.server import open_server
from mbats.stack.dashboards.catalogue import DASHBOARDS, DATABASES, datasets

CHARTS = {f"{page.slug}: {chart.name}": chart for page in DASHBOARDS for chart in page.charts}
OIDS = {"number": {20, 21, 23, 700, 701, 1700}, "text": {25, 1043}, "flag": {16}, "time": {1184}}


@pytest.mark.parametrize("dataset", datasets(), ids=lambda dataset: dataset.name)
def test_a_dataset_answers_with_the_columns_that_it_promises(postgres, as_role, dataset):
    answer = as_role(dataset.database, READER).execute(dataset.sql)
    found = {column.name: column.type_code for column in answer.description}
    assert set(found) == set(dataset.columns)
    for name, kind in dataset.columns.items():
        assert found[name] in OIDS[kind], name


@pytest.mark.parametrize("chart", CHARTS.values(), ids=CHARTS)
def test_a_chart_can_be_drawn(postgres, as_role, chart):
    shown = [f'"{name}"' for name in (chart.x, *chart.by) if name]
    asked = [*shown, *(f'{sql} AS "{label}"' for label, sql in chart.metrics.items())]
    grouped = f" GROUP BY {', '.join(shown)}" if chart.metrics else ""
    as_role(chart.dataset.database, READER).execute(f"SELECT {', '.join(asked)} FROM ({chart.dataset.sql}) d{grouped}")


@pytest.mark.parametrize("database", DATABASES)
def test_the_role_of_dashboards_sees_views_alone_and_changes_nothing(postgres, as_role, database):
    reader = as_role(database, READER)
    query = """SELECT table_schema || '.' || table_name, privilege_type FROM information_schema.table_privileges
               WHERE grantee = current_user OR (grantee = 'PUBLIC'
                 AND table_schema NOT IN ('pg_catalog', 'information_schema'))"""
    rights = reader.execute(query).fetchall()
    assert rights
    assert {right for _, right in rights} == {"SELECT"}
    assert all(name.startswith("report.") for name, _ in rights)
    reader.execute("SET default_transaction_read_only = off")  # what it may is no matter of its own good will
    for statement in ("CREATE TABLE report.mine ()", "CREATE TEMPORARY TABLE mine ()", "CREATE SCHEMA mine"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            reader.execute(statement)


def test_a_role_that_is_there_takes_the_password_that_the_stack_has_made(own_home):
    open_server(own_home)
    server = EmbeddedServer(own_home)
    accommodate(own_home, server.address("postgres", ADMIN).url, {READER: "agreed"})
    place = server.address("risk", READER)
    with psycopg.connect(host=place.host, port=place.port, dbname="risk", user=READER, password="agreed") as reader:
        assert reader.execute("SELECT count(*) FROM report.runs").fetchone() == (0,)
