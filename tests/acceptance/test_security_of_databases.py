"""Each role of the database server enters its own databases, and the dashboards' role sees nothing but reports."""

import json
import re

import psycopg
import pytest
from psycopg import sql

PASSWORDS = """
import json, os, pathlib
[file] = pathlib.Path(os.environ["MBATS_HOME"], "postgres").glob("credentials-*.json")
print(file.read_text())
"""
OWN = {
    "mbats_owner": {"secmaster", "risk"},
    "mbats_writer": {"secmaster", "risk"},
    "bi_reader": {"secmaster", "risk"},
    "mbats_tuner": {"optuna"},
    "mbats_modeller": {"mlflow"},
    "airflow": {"airflow"},
    "superset": {"superset"},
}
REPORTS = ("secmaster", "risk")
WRITES = [
    "CREATE TABLE report.mine (a int)",
    "CREATE TABLE public.mine (a int)",
    "CREATE TEMPORARY TABLE mine (a int)",
    "CREATE SCHEMA mine",
    "CREATE FUNCTION report.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE EXTENSION dblink SCHEMA report",
    "SELECT lo_create(0)",
    "ALTER ROLE bi_reader CREATEDB",
]
REACHES = [
    "SELECT * FROM pg_authid",
    "SELECT * FROM pg_shadow",
    "SELECT * FROM pg_user_mapping",
    "SELECT pg_read_file('postgresql.conf')",
    "SELECT pg_ls_dir('.')",
    "SELECT lo_import('/etc/hostname')",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()",
    "SELECT pg_reload_conf()",
    "COPY (SELECT 1) TO PROGRAM 'true'",
    "COPY (SELECT 1) TO '/tmp/mine'",
    "SET ROLE mbats_writer",
    "SET SESSION AUTHORIZATION mbats_writer",
    "SET log_statement = 'all'",
]


@pytest.fixture(scope="module")
def passwords(stack):
    """The password of each role."""
    known = json.loads(stack.run("python", "-c", PASSWORDS).stdout)
    for service, name in (("airflow", "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"), ("superset", "SUPERSET_DATABASE")):
        known[service] = re.search(r":([^:@]+)@", stack.variables(service)[name])[1]
    return known


@pytest.fixture(scope="module")
def enter(stack, passwords):
    """Return a way into a database."""
    host, _, port = stack.address("postgres").rpartition(":")
    host = "127.0.0.1" if host == "localhost" else host

    def connect(role, database, password=None):
        password = passwords[role] if password is None else password
        place = {"host": host, "port": port, "dbname": database, "connect_timeout": 10}
        return psycopg.connect(user=role, password=password, autocommit=True, **place)

    return connect


@pytest.fixture(scope="module")
def admin(stack, enter):
    """A connection of the administrator."""
    user, password = stack.login("postgres")
    with enter(user, "risk", password) as connection:
        yield connection


def test_these_are_all_roles_and_one_alone_is_mighty(admin):
    mighty = "rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls"
    found = dict(admin.execute(f"SELECT rolname, {mighty} FROM pg_roles WHERE rolcanlogin").fetchall())
    assert found == dict.fromkeys(OWN, False) | {"mbats_admin": True}
    [(weak,)] = admin.execute("SELECT count(*) FROM pg_authid WHERE rolcanlogin AND rolpassword !~ '^SCRAM-SHA-256'")
    assert weak == 0


@pytest.mark.parametrize("role", [*OWN, "mbats_admin", "postgres"])
@pytest.mark.parametrize("password", ["", "password", "postgres", "wrong"])
def test_a_wrong_password_opens_no_database(enter, role, password):
    for database in ("postgres", "risk"):
        with pytest.raises(psycopg.OperationalError, match=r"(?i)password|pg_hba"):
            enter(role, database, password)


@pytest.mark.parametrize("role", OWN)
def test_a_role_enters_its_own_databases_alone(enter, admin, role):
    names = [name for (name,) in admin.execute("SELECT datname FROM pg_database WHERE datallowconn")]
    assert set(names) >= set().union(*OWN.values()) | {"postgres", "template1"}
    assert {name for name in names if entered(enter, role, name)} == OWN[role]


def entered(enter, role, database):
    try:
        enter(role, database).close()
    except psycopg.OperationalError:
        return False
    return True


@pytest.fixture(params=REPORTS)
def reader(enter, request):
    """The dashboards' role, which has taken off what keeps it from writing by mistake."""
    with enter("bi_reader", request.param) as connection:
        connection.execute("SET default_transaction_read_only = off")
        yield connection


def test_the_dashboards_role_sees_reports_and_no_table(reader):
    seen = reader.execute(
        "SELECT n.nspname, c.relkind FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname !~ '^pg_|^information_schema$' AND c.relkind IN ('r', 'v', 'm', 'p', 'f')"
        " AND (has_table_privilege(c.oid, 'SELECT') OR has_any_column_privilege(c.oid, 'SELECT'))"
    ).fetchall()
    assert len(seen) > 5
    assert set(seen) == {("report", "v")}


def test_no_raw_table_can_be_read_or_written_by_the_dashboards_role(reader, enter, stack):
    user, password = stack.login("postgres")
    with enter(user, reader.info.dbname, password) as mighty:
        tables = mighty.execute(
            "SELECT schemaname, tablename FROM pg_tables WHERE schemaname !~ '^pg_|^info'"
        ).fetchall()
    assert len(tables) > 10
    for schema, table in tables:
        name = sql.Identifier(schema, table)
        for words in ("SELECT FROM {}", "DELETE FROM {}", "TRUNCATE {}", "DROP TABLE {}"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                reader.execute(sql.SQL(words).format(name))


def test_no_view_can_be_written_by_the_dashboards_role(reader):
    views = reader.execute("SELECT viewname FROM pg_views WHERE schemaname = 'report'").fetchall()
    assert len(views) > 5
    for (view,) in views:
        name = sql.Identifier("report", view)
        for words in ("DELETE FROM {}", "INSERT INTO {} DEFAULT VALUES", "DROP VIEW {}"):
            with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.ObjectNotInPrerequisiteState)):
                reader.execute(sql.SQL(words).format(name))


@pytest.mark.parametrize("words", [*WRITES, *REACHES])
def test_the_dashboards_role_makes_nothing_and_reaches_nothing_else(reader, words):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        reader.execute(words)


def test_the_dashboards_role_reads_nobody_elses_questions(reader, admin):
    [(own,)] = reader.execute("SELECT count(*) FROM pg_stat_activity WHERE usename = current_user AND query <> ''")
    told = reader.execute("SELECT DISTINCT query FROM pg_stat_activity WHERE usename <> current_user").fetchall()
    assert own
    assert {words for (words,) in told} <= {"<insufficient privilege>"}


def test_what_writes_by_mistake_is_stopped_even_earlier(enter):
    with enter("bi_reader", "risk") as connection, pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        connection.execute("CREATE TEMPORARY TABLE mine (a int)")
